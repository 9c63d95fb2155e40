/** Entry of the small window for PIN codes and passphrases. */
import "@mantine/core/styles.css";
import "./shared/styles/fonts.css";
import "./shared/styles/tokens.css";
import "./shared/styles/global.css";
import { createRoot } from "react-dom/client";
import { SecretView } from "./views/SecretView";

if (import.meta.env.MODE === "fake") {
  const { startFakeSecret } = await import("./testing/fakeSecret");
  startFakeSecret(window.location.search);
}

const root = document.getElementById("root");
if (root) createRoot(root).render(<SecretView />);

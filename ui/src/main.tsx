/** Entry of the main window. */
import "@mantine/core/styles.css";
import "./shared/styles/fonts.css";
import "./shared/styles/tokens.css";
import "./shared/styles/global.css";
import { createRoot } from "react-dom/client";
import { App } from "./views/App";

if (import.meta.env.MODE === "fake") {
  const { startFakeHost } = await import("./testing/fakeHost");
  startFakeHost(window.location.search);
}

const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);

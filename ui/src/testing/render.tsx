/** Starts the whole main window, or the secret window, against a fake host. */
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect } from "vitest";
import type { SecretPrompt } from "../bindings";
import { App } from "../views/App";
import { SecretView } from "../views/SecretView";
import { FakeHost } from "./fakeHost";
import { demoCode } from "./fakeSecret";

export async function openApp(fake: FakeHost = new FakeHost(), path = "") {
  fake.install();
  window.location.hash = path;
  const user = userEvent.setup();
  render(<App />);
  await waitFor(() => expect(screen.queryByText("Загрузка…", { selector: "h1" })).toBeNull());
  return { fake, user };
}

export function openSecret(prompt: SecretPrompt, fake: FakeHost = new FakeHost()) {
  window.__SECRET_PROMPT__ = prompt;
  window.__RECOVERY_CODE__ = demoCode;
  fake.on("submit_secret", () => null).install();
  const user = userEvent.setup();
  render(<SecretView />);
  return { fake, user };
}

/** Sent by the secret window, in order. */
export const submitted = (fake: FakeHost) => fake.called("submit_secret").map((call) => (call.args as { value: string | null }).value);

/** The only file that talks to the host. Every rejection is a UiError; nothing else is ever thrown. */
import { listen } from "@tauri-apps/api/event";
import { commands, type AppState, type FileCheck, type FileToSign, type ImportOutcome, type ImportProgress, type SecretPrompt, type SigningProgress, type UiError } from "./bindings";

export type * from "./bindings";

declare global {
  interface Window {
    __SECRET_PROMPT__?: SecretPrompt;
    __RECOVERY_CODE__?: string;
  }
}

/** Makes a UiError of whatever was thrown. Codes this program does not know survive. */
export function toUiError(cause: unknown): UiError {
  if (typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string") {
    const { params, retriable } = cause as Partial<UiError>;
    return { code: cause.code, params: params ?? {}, retriable: retriable ?? false };
  }
  const detail = cause instanceof Error ? cause.message : String(cause);
  return { code: "app.unexpected", params: { detail }, retriable: false };
}

/** The user said "cancel" in a window of the host: not worth a message. */
export const isCancelled = (error: UiError) => error.code === "cancelled" || error.code.endsWith(".cancelled");

type AnyCommand = (...args: never[]) => Promise<unknown>;

function guarded<C extends Record<string, AnyCommand>>(all: C): C {
  const wrap =
    (command: AnyCommand) =>
    async (...args: never[]) => {
      try {
        return await command(...args);
      } catch (cause) {
        throw toUiError(cause);
      }
    };
  return Object.fromEntries(Object.entries(all).map(([name, command]) => [name, wrap(command)])) as unknown as C;
}

const { submitSecret, saveCode, chooseFactor, resendCode, ...mainCommands } = commands;

/** What the main window may ask for. */
export const host = guarded(mainCommands);
/** What the secret window may: answer (null = cancelled), save the recovery code it shows, choose a way of confirming, have a code sent again. */
export const secretHost = guarded({ submitSecret, saveCode, chooseFactor, resendCode });

/** Events of the host: name → payload. */
export type Events = {
  "state-changed": AppState;
  /** The vault is about to be closed: it waits, not long, for `readyToLock`. */
  "about-to-lock": null;
  "documents-changed": null;
  "drafts-changed": null;
  "services-changed": null;
  "outbox-changed": null;
  "orders-changed": null;
  /** Госпочта: lists, letters or their files. */
  "mail-changed": null;
  /** A notification was pressed: where it leads to. */
  "open-path": string;
  "backups-changed": null;
  imported: ImportOutcome[];
  /** How far files that are taken in are; null = all are. */
  "import-progress": ImportProgress | null;
  "arrivals-changed": null;
  "calendar-changed": null;
  /** Organisations, links, permissions or notifications of the portal. */
  "cabinet-changed": null;
  "tokens-changed": null;
  /** How far the signing run is. */
  "signing-progress": SigningProgress;
  /** A verification has begun or ended. */
  "file-check": FileCheck;
  "file-to-sign": FileToSign;
};

/**
 * Listens to an event of the host; returns what ends it. What happens before `ready` is called is not heard: whoever wants to know
 * asks then.
 */
export function subscribe<K extends keyof Events>(name: K, handler: (payload: Events[K]) => void, ready?: () => void): () => void {
  return listenTo<Events[K]>(name, handler, ready);
}

/** Tells whether files are being dragged over the window. The host itself takes the dropped files in. */
export function onFileDrag(handler: (over: boolean) => void): () => void {
  const ends = [
    listenTo("tauri://drag-enter", () => handler(true)),
    listenTo("tauri://drag-leave", () => handler(false)),
    listenTo("tauri://drag-drop", () => handler(false)),
  ];
  return () => ends.forEach((end) => end());
}

function listenTo<T>(name: string, handler: (payload: T) => void, ready?: () => void): () => void {
  let ended = false;
  const started = listen<T>(name, (event) => {
    if (!ended) handler(event.payload);
  });
  if (ready) void started.then(() => !ended && ready());
  return () => {
    ended = true;
    void started.then((end) => end());
  };
}

/** What the secret window is asked to show. */
export const secretPrompt = (): SecretPrompt | null => window.__SECRET_PROMPT__ ?? null;

/** The new recovery code the secret window is to show. */
export const recoveryCode = (): string => window.__RECOVERY_CODE__ ?? "";

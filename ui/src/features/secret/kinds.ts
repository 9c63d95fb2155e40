/** How the things that are asked for differ. */
import type { PinState, SecretKind } from "../../ipc";
import type { Tone } from "../../shared/Pieces";

/** Typed twice: what is typed becomes the new secret. */
export const isNew = (kind: SecretKind) => kind === "new-passphrase" || kind === "new-pin";

/** Codes a token knows; they are Latin letters and digits, and nobody looks over the shoulder at them. */
export const isCode = (kind: SecretKind) => kind === "pin" || kind === "new-pin" || kind === "puk";

/** Key of the sentence about what becomes of the secret. */
export const promises: Partial<Record<SecretKind, string>> = { pin: "secret.once", puk: "secret.oncePuk", "key-file": "secret.onceFile" };

/** Key of the sentence about the tries that are left. */
export const stateKey = (kind: SecretKind, state: PinState) => (kind === "puk" ? `secret.statePuk.${state}` : `secret.state.${state}`);

export const stateTone = (state: PinState): Tone => (state === "last-try" || state === "locked" ? "bad" : state === "on-device" ? "info" : "warn");

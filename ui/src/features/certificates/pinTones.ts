/** How loudly the state of a PIN is said. */
import type { PinState } from "../../ipc";
import type { Tone } from "../../shared/Pieces";

export const pinTones: Record<PinState, Tone> = { ok: "ok", low: "warn", "last-try": "bad", locked: "bad", "must-change": "warn", "on-device": "info" };

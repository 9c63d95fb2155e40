/** A verdict as tone, icon and word: the colour only repeats what the other two say. */
import type { Verdict } from "../../ipc";
import type { IconName } from "../../shared/Icon";
import type { Tone } from "../../shared/Pieces";

export const verdictTones: Record<Verdict, Tone> = { valid: "ok", invalid: "bad", unknown: "warn" };
export const verdictIcons: Record<Verdict, IconName> = { valid: "ok", invalid: "error", unknown: "question" };

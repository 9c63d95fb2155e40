/** When people are warned that a certificate ends, and how loudly. */
import type { Expiring } from "../../ipc";
import type { Tone } from "../../shared/Pieces";

export const WARNED_DAYS = 60;

export const expiringTones: Record<Expiring, Tone> = { "in-two-months": "info", "in-a-month": "warn", "in-two-weeks": "warn", "in-days": "bad", over: "bad" };

/** The same by the days that are left, for a certificate that still holds. */
export const expiryTone = (daysLeft: number): Tone =>
  expiringTones[daysLeft <= 3 ? "in-days" : daysLeft <= 14 ? "in-two-weeks" : daysLeft <= 30 ? "in-a-month" : "in-two-months"];

/** The session as the user meets it: none, good until a time, about to end, over. */
import { useEffect, useState } from "react";
import type { SessionView } from "../../ipc";

export type SessionStatus = { kind: "none" } | { kind: "active" | "ending"; minutesLeft: number } | { kind: "expired" };

const ENDING_MINUTES = 15;

export function sessionStatus(session: SessionView | null, now: number): SessionStatus {
  if (!session) return { kind: "none" };
  const minutesLeft = Math.floor((Date.parse(session.expiresAt) - now) / 60_000);
  if (minutesLeft < 0) return { kind: "expired" };
  return { kind: minutesLeft < ENDING_MINUTES ? "ending" : "active", minutesLeft };
}

export function useSession(session: SessionView | null): SessionStatus {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, [session]);
  return sessionStatus(session, now);
}

/**
 * Tokens and their certificates. They are asked for once and whenever the host says that they changed; only where it cannot
 * notice that by itself, and while somebody watches, every five seconds, unless hidden or busy.
 */
import { useCallback, useEffect, useRef, useState } from "react";
import { host, subscribe, toUiError, type TokenScan, type UiError } from "../../ipc";
import { operationsRunning } from "../../shared/operations";

export const RESCAN_MS = 5000;

/** `refresh` looks again; `rescan` is for a person: modules that hung are asked again too. */
export type Scanning = { scan: TokenScan | null; error: UiError | null; refresh: () => Promise<void>; rescan: () => Promise<void> };

type Question = () => Promise<TokenScan>;

export function useTokenScan(watch: boolean): Scanning {
  const [scan, setScan] = useState<TokenScan | null>(null);
  const [error, setError] = useState<UiError | null>(null);
  const running = useRef(false);
  const next = useRef<Question | null>(null);

  const ask = useCallback(async (question: Question) => {
    if (running.current) {
      // The answer on its way may be older than what happened since: it is asked once more afterwards.
      if (next.current !== host.rescanTokens) next.current = question;
      return;
    }
    running.current = true;
    for (let now: Question | null = question; now; ) {
      try {
        setScan(await now());
        setError(null);
      } catch (cause) {
        setError(toUiError(cause));
      }
      now = next.current;
      next.current = null;
    }
    running.current = false;
  }, []);
  const refresh = useCallback(() => ask(host.scanTokens), [ask]);
  const rescan = useCallback(() => ask(host.rescanTokens), [ask]);

  useEffect(() => {
    void refresh();
    return subscribe("tokens-changed", () => void refresh());
  }, [refresh]);

  const blind = watch && scan !== null && scan.noService !== null;
  useEffect(() => {
    if (!blind) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible" && operationsRunning() === 0) void refresh();
    }, RESCAN_MS);
    return () => clearInterval(timer);
  }, [blind, refresh]);

  return { scan, error, refresh, rescan };
}

/** Certificates of the tokens. While watched, the host is asked every three seconds, unless hidden or busy. */
import { useCallback, useEffect, useRef, useState } from "react";
import { host, subscribe, toUiError, type TokenScan, type UiError } from "../../ipc";
import { operationsRunning } from "../../shared/operations";

export const RESCAN_MS = 3000;

export type Scanning = { scan: TokenScan | null; error: UiError | null; rescan: () => Promise<void> };

export function useTokenScan(watch: boolean): Scanning {
  const [scan, setScan] = useState<TokenScan | null>(null);
  const [error, setError] = useState<UiError | null>(null);
  const running = useRef(false);

  const rescan = useCallback(async () => {
    if (running.current) return;
    running.current = true;
    try {
      setScan(await host.scanTokens());
      setError(null);
    } catch (cause) {
      setError(toUiError(cause));
    } finally {
      running.current = false;
    }
  }, []);

  useEffect(() => {
    void rescan();
    return subscribe("tokens-changed", () => void rescan());
  }, [rescan]);

  useEffect(() => {
    if (!watch) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible" && operationsRunning() === 0) void rescan();
    }, RESCAN_MS);
    return () => clearInterval(timer);
  }, [watch, rescan]);

  return { scan, error, rescan };
}

/** What the host says about the whole program, kept in step by its events. */
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { host, subscribe, toUiError, type AppState, type UiError } from "../../ipc";
import { setLanguage } from "../../shared/i18n";
import { keepPlace } from "../../shared/place";
import { OriginContext } from "../../shared/support";
import { beforeLock } from "./beforeLock";

type Value = { state: AppState; accept: (state: AppState) => void; refresh: () => Promise<void> };

const Context = createContext<Value | null>(null);

type Props = { children: ReactNode; pending: ReactNode; failed: (error: UiError, retry: () => void) => ReactNode };

export function AppStateProvider({ children, pending, failed }: Props) {
  const [state, setState] = useState<AppState | null>(null);
  const [error, setError] = useState<UiError | null>(null);

  const phase = useRef<AppState["phase"] | null>(null);

  const accept = useCallback((next: AppState) => {
    // While everything is still on the screen.
    if (phase.current === "ready" && next.phase === "locked") keepPlace();
    phase.current = next.phase;
    setLanguage(next.settings.language);
    setError(null);
    setState(next);
  }, []);

  const refresh = useCallback(async () => {
    try {
      accept(await host.appState());
    } catch (cause) {
      setError(toUiError(cause));
    }
  }, [accept]);

  useEffect(() => {
    void refresh();
    const ends = [
      subscribe("state-changed", accept),
      // What is still to be sent is counted in the state.
      subscribe("outbox-changed", () => void refresh()),
    ];
    return () => ends.forEach((end) => end());
  }, [refresh, accept]);

  useEffect(() => subscribe("about-to-lock", () => void beforeLock().then(host.readyToLock)), []);

  const value = useMemo(() => (state ? { state, accept, refresh } : null), [state, accept, refresh]);
  if (value) return <Context value={value}><OriginContext value={value.state}>{children}</OriginContext></Context>;
  return error ? failed(error, () => void refresh()) : pending;
}

export function useAppState(): Value {
  const value = useContext(Context);
  if (!value) throw new Error("useAppState outside AppStateProvider");
  return value;
}

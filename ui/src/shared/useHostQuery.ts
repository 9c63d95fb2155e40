/** Loads something from the host, keeps what it had while loading again, and reloads when the host says so. */
import { useCallback, useEffect, useRef, useState } from "react";
import { subscribe, toUiError, type Events, type UiError } from "../ipc";

export type Query<T> = { data: T | null; error: UiError | null; loading: boolean; reload: () => Promise<void> };

/** `key` names what is asked for: when it changes, old data is dropped and the new is asked for. */
export function useHostQuery<T>(key: string, load: () => Promise<T>, refreshOn: readonly (keyof Events)[] = []): Query<T> {
  const [state, setState] = useState<{ key: string; data: T | null; error: UiError | null; loading: boolean }>({
    key, data: null, error: null, loading: true,
  });
  const latest = useRef({ load, turn: 0 });
  latest.current.load = load;

  const reload = useCallback(async () => {
    const turn = ++latest.current.turn;
    setState((old) => ({ key, data: old.key === key ? old.data : null, error: null, loading: true }));
    try {
      const data = await latest.current.load();
      if (turn === latest.current.turn) setState({ key, data, error: null, loading: false });
    } catch (cause) {
      if (turn === latest.current.turn) setState((old) => ({ ...old, error: toUiError(cause), loading: false }));
    }
  }, [key]);

  useEffect(() => {
    void reload();
  }, [reload]);

  const events = refreshOn.join();
  useEffect(() => {
    if (events === "") return;
    const ends = events.split(",").map((name) => subscribe(name as keyof Events, () => void reload()));
    return () => ends.forEach((end) => end());
  }, [events, reload]);

  const current = state.key === key;
  return { data: current ? state.data : null, error: current ? state.error : null, loading: current ? state.loading : true, reload };
}

/** One thing the user asked for: busy while it runs, its error kept until the next try, cancelling is silent. */
import { useCallback, useRef, useState } from "react";
import { isCancelled, toUiError, type UiError } from "../ipc";
import { asOperation } from "./operations";

export type Action<A extends unknown[], R> = {
  /** Resolves to null when it failed, was cancelled or was already running. */
  run: (...args: A) => Promise<R | null>;
  busy: boolean;
  error: UiError | null;
  clear: () => void;
};

export function useAction<A extends unknown[], R>(work: (...args: A) => Promise<R>): Action<A, R> {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<UiError | null>(null);
  const latest = useRef(work);
  latest.current = work;
  const running = useRef(false);

  const run = useCallback(async (...args: A) => {
    if (running.current) return null;
    running.current = true;
    setBusy(true);
    setError(null);
    try {
      return await asOperation(() => latest.current(...args));
    } catch (cause) {
      const problem = toUiError(cause);
      if (!isCancelled(problem)) setError(problem);
      return null;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);

  const clear = useCallback(() => setError(null), []);
  return { run, busy, error, clear };
}

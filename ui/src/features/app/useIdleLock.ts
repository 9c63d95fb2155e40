/** Locks the program when nobody has touched its window for a while. */
import { useEffect, useRef } from "react";

const inputs = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;

/** How often the clock is looked at. A timer alone would sleep together with the computer. */
export const IDLE_CHECK_MS = 5000;

/** `minutes` without input call `lock` once; 0 = never. */
export function useIdleLock(minutes: number, lock: () => void) {
  const latest = useRef(lock);
  latest.current = lock;
  useEffect(() => {
    if (minutes <= 0) return;
    let last = Date.now();
    const lockIfIdle = () => {
      if (Date.now() - last < minutes * 60_000) return;
      // If locking fails, it is tried again after as long a time; the failure itself is shown.
      last = Date.now();
      latest.current();
    };
    // Input that comes too late, as after a sleep of the computer, must not save the window from the lock.
    const touched = () => {
      lockIfIdle();
      last = Date.now();
    };
    for (const name of inputs) window.addEventListener(name, touched, { capture: true, passive: true });
    const timer = setInterval(lockIfIdle, IDLE_CHECK_MS);
    return () => {
      clearInterval(timer);
      for (const name of inputs) window.removeEventListener(name, touched, { capture: true });
    };
  }, [minutes]);
}

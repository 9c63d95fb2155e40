/** Tells the host that somebody is at the window. When nobody has been for too long is the host's to say: it locks. */
import { useEffect } from "react";
import { host } from "../../ipc";

const inputs = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;

/** Input is told once in so many milliseconds at most. */
export const ACTIVITY_MS = 5000;

/** `open`: there is something to lock. */
export function useActivity(open: boolean) {
  useEffect(() => {
    if (!open) return;
    let told = -Infinity;
    const touched = () => {
      const now = Date.now();
      // A clock that was set back must not silence the window.
      if (now >= told && now - told < ACTIVITY_MS) return;
      told = now;
      // A host that cannot be told locks too early at worst.
      void host.noteActivity().catch(() => undefined);
    };
    for (const name of inputs) window.addEventListener(name, touched, { capture: true, passive: true });
    return () => {
      for (const name of inputs) window.removeEventListener(name, touched, { capture: true });
    };
  }, [open]);
}

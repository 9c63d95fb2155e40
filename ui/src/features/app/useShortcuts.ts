/** Keys of the whole window. Physical keys are compared, so that they work in the Russian layout too. */
import { useEffect, useRef } from "react";

/** The digit of a section by its place: 1 to 9, and 0 for the tenth; others have none. */
export const digitOf = (place: number) => (place >= 0 && place < 10 ? (place + 1) % 10 : null);

export type Shortcuts = {
  lock: () => void; open: () => void; search: () => void; sync: () => void; help: () => void; section: (index: number) => void;
};

const isField = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));

export function useShortcuts(shortcuts: Shortcuts) {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const action = pick(event, latest.current);
      if (!action) return;
      event.preventDefault();
      action();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

function pick(event: KeyboardEvent, keys: Shortcuts): (() => void) | null {
  const control = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (control && event.code === "KeyL") return keys.lock;
  // Behind an open dialog nothing may move; F5 must not reload the page even then.
  if (document.querySelector('[role="dialog"]')) return event.code === "F5" ? () => {} : null;
  if (event.code === "F5") return keys.sync;
  if (event.code === "F1") return keys.help;
  if (control) {
    if (event.code === "KeyO") return keys.open;
    if (event.code === "KeyK") return keys.search;
    const digit = /^Digit([0-9])$/.exec(event.code);
    return digit ? () => keys.section((Number(digit[1]) + 9) % 10) : null;
  }
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
  return plain && event.code === "Slash" && !isField(event.target) ? keys.search : null;
}

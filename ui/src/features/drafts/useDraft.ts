/**
 * A draft while it is typed in. What is typed is saved at every pause, at the latest a second after it was typed; one save is under way
 * at a time, and what was changed elsewhere in the meantime comes back with it.
 */
import { useCallback, useEffect, useRef, useState } from "react";
import { host, subscribe, toUiError, type DraftView, type UiError } from "../../ipc";
import { asOperation } from "../../shared/operations";
import { onBeforeLock } from "../app/beforeLock";

export type Fields = Record<string, string>;

/** A pause of typing. */
const PAUSE_MS = 400;
/** What is typed without a pause waits no longer. */
const LATEST_MS = 900;
/** After a failed save the next try comes by itself. */
const RETRY_MS = 5000;

export type Saving = "saved" | "typing" | "saving" | "failed";

export type DraftState = {
  draft: DraftView | null; fields: Fields; saving: Saving; error: UiError | null;
  set: (changes: Fields) => void;
  /** Saves what is not saved yet; resolves when nothing is left to save, to whether that succeeded. */
  flush: () => Promise<boolean>;
  /** Takes the draft as the host gave it back. */
  take: (draft: DraftView) => void;
  reload: () => Promise<void>;
  /** What the host has, which may be newer than what is drawn. */
  head: () => DraftView | null;
};

/** `fields` with the changes that lead from `from` to `to`. */
export function carryOver(fields: Fields, from: Fields, to: Fields): Fields {
  const result = { ...fields };
  for (const name of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const value = to[name] ?? "";
    if ((from[name] ?? "") !== value) result[name] = value;
  }
  return result;
}

const same = (one: Fields, other: Fields) => Object.keys(carryOver({}, one, other)).length === 0;

export function useDraft(id: string): DraftState {
  const [draft, setDraft] = useState<DraftView | null>(null);
  const [fields, setFields] = useState<Fields>({});
  const [saving, setSaving] = useState<Saving>("saved");
  const [error, setError] = useState<UiError | null>(null);
  const now = useRef({
    /** What the host has, as of `head`. */
    head: null as DraftView | null, fields: {} as Fields, running: null as Promise<boolean> | null,
    timer: undefined as ReturnType<typeof setTimeout> | undefined, since: null as number | null,
  }).current;

  const show = useCallback((next: DraftView, typed: Fields) => {
    now.head = next;
    now.fields = typed;
    setDraft(next);
    setFields(typed);
  }, [now]);

  const reload = useCallback(async () => {
    try {
      const next = await host.draft(id);
      // A save that is under way brings the news itself; one that ended meanwhile has brought newer.
      if (now.running || next.revision < (now.head?.revision ?? 0)) return;
      show(next, carryOver(next.fields, now.head?.fields ?? {}, now.head ? now.fields : {}));
      setError(null);
    } catch (cause) {
      setError(toUiError(cause));
    }
  }, [id, now, show]);

  const flush = useCallback((): Promise<boolean> => {
    clearTimeout(now.timer);
    now.since = null;
    if (now.running) return now.running.then((saved) => saved && flush());
    const head = now.head;
    if (!head || same(head.fields, now.fields)) return Promise.resolve(true);
    const sent = now.fields;
    setSaving("saving");
    now.running = asOperation(() => host.saveDraft(id, head.revision, sent))
      .then((next) => {
        show(next, carryOver(next.fields, sent, now.fields));
        setError(null);
        setSaving("saved");
        return true;
      })
      .catch((cause: unknown) => {
        // What was typed stays in the form.
        now.timer = setTimeout(() => void flush(), RETRY_MS);
        setError(toUiError(cause));
        setSaving("failed");
        return false;
      })
      .finally(() => {
        now.running = null;
      });
    return now.running.then((saved) => saved && flush());
  }, [id, now, show]);

  const set = useCallback((changes: Fields) => {
    now.fields = { ...now.fields, ...changes };
    setFields(now.fields);
    setSaving((old) => (old === "saving" ? old : "typing"));
    now.since ??= Date.now();
    clearTimeout(now.timer);
    const pause = Math.max(0, Math.min(PAUSE_MS, now.since + LATEST_MS - Date.now()));
    now.timer = setTimeout(() => void flush(), pause);
  }, [now, flush]);

  const take = useCallback((next: DraftView) => show(next, carryOver(next.fields, now.head?.fields ?? {}, now.fields)), [now, show]);

  useEffect(() => {
    void reload();
    const ends = [subscribe("drafts-changed", () => void reload()), onBeforeLock(async () => void (await flush()))];
    const leaving = () => void flush();
    window.addEventListener("blur", leaving);
    document.addEventListener("visibilitychange", leaving);
    return () => {
      ends.forEach((end) => end());
      window.removeEventListener("blur", leaving);
      document.removeEventListener("visibilitychange", leaving);
      void flush().then(() => clearTimeout(now.timer));
    };
  }, [reload, flush, now]);

  const head = useCallback(() => now.head, [now]);
  return { draft, fields, saving, error, set, flush, take, reload, head };
}

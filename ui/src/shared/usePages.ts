/** A long list of the host, asked for page by page as it comes into sight. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { subscribe, toUiError, type Events, type UiError } from "../ipc";
import type { Slot } from "./VirtualTable";

const PAGE = 200;

/** `more`: there are more than `total`; it grows as they come into sight. `unread`: rows the host could not look into yet. */
type Page<T> = { rows: T[]; total: number; more?: boolean; unread?: number };
type State<T> = { key: string; rows: (T | null)[]; total: number | null; more: boolean; unread: number; error: UiError | null };

export type Pages<T> = {
  slots: Slot<T>[]; total: number | null; more: boolean; unread: number; error: UiError | null; show: (from: number, to: number) => void; reload: () => void;
};

const fresh = <T>(key: string): State<T> => ({ key, rows: [], total: null, more: false, unread: 0, error: null });

export function usePages<T>(key: string, load: (offset: number, limit: number) => Promise<Page<T>>, refreshOn: readonly (keyof Events)[]): Pages<T> {
  const [state, setState] = useState<State<T>>(() => fresh(key));
  const latest = useRef({ key, load, asked: new Set<number>(), turn: 0, range: [0, 0] as [number, number] });
  latest.current.load = load;
  // One question at a time: what nobody waits for any more when its turn comes is not asked, so that typing piles nothing up.
  const line = useRef<Promise<unknown>>(Promise.resolve());

  const ask = useCallback((page: number) => {
    const { current } = latest;
    if (current.asked.has(page)) return;
    current.asked.add(page);
    const turn = current.turn;
    const { load: asked } = current;
    line.current = line.current.then(async () => {
      if (turn !== latest.current.turn) return;
      try {
        const answer = await asked(page * PAGE, PAGE);
        if (turn === latest.current.turn) setState((old) => merge(old, page * PAGE, answer));
      } catch (cause) {
        if (turn === latest.current.turn) setState((old) => ({ ...old, error: toUiError(cause) }));
      }
    });
  }, []);

  const show = useCallback((from: number, to: number) => {
    latest.current.range = [from, to];
    for (let page = Math.floor(from / PAGE); page <= Math.floor(to / PAGE); page += 1) ask(page);
  }, [ask]);

  /** Asks again for what is in sight; the rest is asked for when it comes into sight. Old rows stay until then. */
  const reload = useCallback(() => {
    latest.current.turn += 1;
    latest.current.asked = new Set();
    setState((old) => ({ ...old, error: null }));
    show(...latest.current.range);
  }, [show]);

  useEffect(() => {
    latest.current = { ...latest.current, key, asked: new Set(), turn: latest.current.turn + 1, range: [0, 0] };
    setState(fresh(key));
    ask(0);
  }, [key, ask]);

  const events = refreshOn.join();
  useEffect(() => {
    const ends = events.split(",").map((name) => subscribe(name as keyof Events, reload));
    return () => ends.forEach((end) => end());
  }, [events, reload]);

  const current = state.key === key ? state : null;
  const rows = current?.rows;
  const slots = useMemo(() => rows?.map((row, index) => ({ index, row })) ?? [], [rows]);
  return { slots, total: current?.total ?? null, more: current?.more ?? false, unread: current?.unread ?? 0, error: current?.error ?? null, show, reload };
}

function merge<T>(old: State<T>, offset: number, { rows, total: known, more = false, unread = 0 }: Page<T>): State<T> {
  // While counting stops before the end, an early page must not shorten what a later one showed.
  const total = more ? Math.max(known, old.total ?? 0) : known;
  const next: (T | null)[] = Array.from({ length: total }, (_, index) => old.rows[index] ?? null);
  rows.forEach((row, index) => {
    if (offset + index < total) next[offset + index] = row;
  });
  return { key: old.key, rows: next, total, more, unread, error: null };
}

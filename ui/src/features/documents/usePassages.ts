/** For the rows in sight: where in their text stands what was looked for. */
import { useEffect, useRef, useState } from "react";
import { host, type DocumentRow, type Passage } from "../../ipc";
import type { Slot } from "../../shared/VirtualTable";

const STILL_MS = 150;
/** As many as the host looks into at a time. */
const MOST = 40;

type Known = { key: string; passages: ReadonlyMap<string, Passage | null> };

/** `key` names the search; a document without a passage is found by its title. */
export function usePassages(key: string, text: string, slots: Slot<DocumentRow>[], [from, to]: readonly [number, number]): ReadonlyMap<string, Passage | null> {
  const [known, setKnown] = useState<Known>({ key, passages: new Map() });
  const current = useRef(key);
  current.current = key;
  const passages = known.key === key ? known.passages : null;
  const wanted = text.trim() === "" ? [] : slots.slice(from, to + 1).flatMap(({ row }) => (row && !passages?.has(row.id) ? [row.id] : [])).slice(0, MOST);
  const ask = wanted.join();

  useEffect(() => {
    if (ask === "") return;
    const ids = ask.split(",");
    const timer = setTimeout(() => {
      host.passages(ids, text).then(
        (found) => {
          if (current.current !== key) return;
          const byId = new Map(found.map((passage) => [passage.documentId, passage]));
          setKnown((old) => ({ key, passages: new Map([...(old.key === key ? old.passages : []), ...ids.map((id) => [id, byId.get(id) ?? null] as const)]) }));
        },
        // The list itself says what is wrong; a row without its passage is still found.
        () => {},
      );
    }, STILL_MS);
    return () => clearTimeout(timer);
  }, [ask, key, text]);

  return passages ?? none;
}

const none: ReadonlyMap<string, Passage | null> = new Map();

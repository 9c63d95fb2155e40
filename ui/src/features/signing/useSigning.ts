/** A signing run from its start to its end: what the host tells on the way, and what can be asked of it. */
import { useEffect, useState } from "react";
import { host, subscribe, type DocumentToSign, type SigningItem, type SigningProgress, type SigningRun, type UiError } from "../../ipc";
import { useAction } from "../../shared/useAction";

export type Signing = {
  /** The documents with their states; null until the token has begun. */
  items: SigningItem[] | null;
  /** The run as it was left; null while it is under way for the first time. */
  run: SigningRun | null;
  progress: SigningProgress | null;
  busy: boolean;
  error: UiError | null;
  clear: () => void;
  start: (documents: DocumentToSign[], certificateId: string, agreed: Agreed) => void;
  goOn: (retry: boolean) => void;
};

/** What the user agreed to besides the documents themselves. */
export type Agreed = { unopened: number; poa?: string | null; poaWord?: boolean };

const hasBegun = (progress: SigningProgress) => progress.phase === "device" || progress.phase === "signing" || progress.settled !== null;

export function useSigning(left: SigningRun | null): Signing {
  const [run, setRun] = useState(left);
  const [items, setItems] = useState<SigningItem[] | null>(left?.items ?? null);
  const [begun, setBegun] = useState(left !== null);
  const [progress, setProgress] = useState<SigningProgress | null>(null);

  useEffect(
    () =>
      subscribe("signing-progress", (now) => {
        setProgress(now);
        if (hasBegun(now)) setBegun(true);
        const { settled } = now;
        if (settled) setItems((old) => old && old.map((item) => (item.documentId === settled.documentId ? settled : item)));
      }),
    [],
  );

  const work = useAction(async (ask: () => Promise<SigningRun>) => {
    try {
      const left = await ask();
      setRun(left);
      setItems(left.items);
      setBegun(true);
    } finally {
      setProgress(null);
    }
  });
  const start = (documents: DocumentToSign[], certificateId: string, agreed: Agreed) => {
    setItems(documents.map(({ row }) => ({ documentId: row.id, title: row.title, state: "waiting", error: null })));
    const shown = documents.map((document) => ({ id: document.row.id, shown: document.shown }));
    void work.run(() => host.startSigning({ documents: shown, certificateId, ...agreed }));
  };
  const goOn = (retry: boolean) => {
    if (run) void work.run(() => host.continueSigning(run.id, retry));
  };
  // What failed before the token had begun leaves the choice as it was.
  const shown = begun && (run !== null || work.busy);
  return { items: shown ? items : null, run, progress, busy: work.busy, error: work.error, clear: work.clear, start, goOn };
}

/** The file in hand of the verification: chosen, dropped or named on the command line, and what became of it. */
import { useCallback, useEffect, useState } from "react";
import { host, subscribe, type FileCheck } from "../../ipc";

/** `check` is undefined as long as the host has not said what there is. */
export type Checking = { check: FileCheck | null | undefined; accept: (check: FileCheck | null) => void; forget: () => void };

const isDone = (check: FileCheck) => check.report !== null || check.error !== null;

export function useFileCheck(): Checking {
  const [check, setCheck] = useState<FileCheck | null>();

  const accept = useCallback((next: FileCheck | null) => {
    if (next) setCheck(next);
  }, []);
  useEffect(() => {
    // What was begun, and perhaps ended, before this screen listened; a host without an answer leaves it empty.
    const known = (before: FileCheck | null) => setCheck((now) => (now && !(before && isDone(before)) ? now : before));
    return subscribe("file-check", accept, () => void host.fileCheck().then(known, () => known(null)));
  }, [accept]);

  const forget = useCallback(() => {
    setCheck(null);
    void host.putDown().catch(() => null);
  }, []);
  return { check, accept, forget };
}

/** The file in hand of the verification: chosen, dropped or named on the command line, and what became of it. */
import { useCallback, useEffect, useState } from "react";
import { host, subscribe, type FileCheck } from "../../ipc";

export type Checking = { check: FileCheck | null; accept: (check: FileCheck | null) => void; forget: () => void };

export function useFileCheck(): Checking {
  const [check, setCheck] = useState<FileCheck | null>(null);

  const accept = useCallback((next: FileCheck | null) => {
    if (next) setCheck(next);
  }, []);
  useEffect(() => subscribe("file-check", accept), [accept]);
  useEffect(() => {
    // What was begun before this screen came up; a host without an answer leaves it empty.
    void host.fileCheck().then(accept, () => null);
  }, [accept]);

  const forget = useCallback(() => {
    setCheck(null);
    void host.putDown().catch(() => null);
  }, []);
  return { check, accept, forget };
}

/** Asks the host about ИНН, ОГРН and КПП while they are typed; the rules live in Rust. */
import { useEffect, useState } from "react";
import { host, type Requisites, type RequisitesVerdict } from "../../ipc";

const PAUSE_MS = 150;

export function useRequisites(requisites: Requisites): RequisitesVerdict | null {
  const [verdict, setVerdict] = useState<RequisitesVerdict | null>(null);
  const { inn, ogrn, kpp } = requisites;
  useEffect(() => {
    let stale = false;
    const timer = setTimeout(() => {
      // A failed check is not the user's mistake: adding the organisation checks again and reports.
      host.checkRequisites({ inn, ogrn, kpp }).then(
        (next) => !stale && setVerdict(next),
        () => !stale && setVerdict(null),
      );
    }, PAUSE_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [inn, ogrn, kpp]);
  return verdict;
}

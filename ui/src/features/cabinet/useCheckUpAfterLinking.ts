/** Opens the check-up of security by itself when an organisation was linked, once for each. */
import { useEffect, useRef } from "react";
import { go, paths } from "../../shared/router";

export function useCheckUpAfterLinking(organisation: string | null) {
  const opened = useRef<string | null>(null);
  useEffect(() => {
    if (organisation !== null && organisation !== opened.current) go(paths.security);
    opened.current = organisation;
  }, [organisation]);
}

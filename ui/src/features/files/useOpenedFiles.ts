/** Files the command line or a file manager hands over lead to their screen, wherever the user is. */
import { useEffect } from "react";
import { subscribe } from "../../ipc";
import { go, paths } from "../../shared/router";

export function useOpenedFiles() {
  useEffect(() => {
    const ends = [subscribe("file-check", () => go(paths.verify)), subscribe("file-to-sign", () => go(paths.signFile))];
    return () => ends.forEach((end) => end());
  }, []);
}

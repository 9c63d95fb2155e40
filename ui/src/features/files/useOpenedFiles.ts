/** Files the command line or a file manager hands over lead to their screen, wherever the user is, the first start included. */
import { useEffect } from "react";
import { host, subscribe } from "../../ipc";
import { go, paths } from "../../shared/router";

export function useOpenedFiles() {
  useEffect(() => {
    // And what was handed over before this window listened.
    const ends = [
      subscribe("file-check", () => go(paths.verify), () => void host.fileCheck().then((check) => check && go(paths.verify), () => null)),
      subscribe("file-to-sign", () => go(paths.signFile), () => void host.fileToSign().then((file) => file && go(paths.signFile), () => null)),
    ];
    return () => ends.forEach((end) => end());
  }, []);
}

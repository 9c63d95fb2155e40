/** What happens next when sending cannot start at once: an ordinary state, said plainly. */
import { Strip } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import { useAppState } from "../app/AppState";
import { useSession } from "../session/useSession";

export function QueueNote() {
  const { t } = useTexts();
  const { state } = useAppState();
  const status = useSession(state.session);
  if (state.network === "offline") return <Strip tone="info" icon="offline"><p>{t("ui.sending.offline")}</p></Strip>;
  if (status.kind === "none" || status.kind === "expired") return <Strip tone="info" icon="person"><p>{t("ui.sending.notSignedIn")}</p></Strip>;
  return null;
}

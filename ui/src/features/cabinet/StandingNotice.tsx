/** What about the account wants to be known on every screen: a lock, a password about to expire. */
import { Strip } from "../../shared/Pieces";
import { paths } from "../../shared/router";
import { useTexts } from "../../shared/useTexts";
import { useAppState } from "../app/AppState";

export function StandingNotice() {
  const { t } = useTexts();
  const { standing } = useAppState().state;
  if (!standing) return null;
  const days = standing.passwordDaysLeft;
  const open = <a href={`#${paths.security}`}>{t("ui.security.open")}</a>;
  return (
    <>
      {standing.locked && <Strip tone="bad" icon="lock" testId="account-locked"><p>{t("ui.standing.locked")} {open}</p></Strip>}
      {days !== null && (
        <Strip tone="warn" testId="password-expiring">
          <p>{days < 0 ? t("ui.security.passwordOver") : t("ui.security.passwordSoon", { count: days })}. {open}</p>
        </Strip>
      )}
    </>
  );
}

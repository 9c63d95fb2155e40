/** Who is signed in, since when and until when; the way in and out; the lock. */
import { useTexts } from "../../shared/useTexts";
import { host } from "../../ipc";
import { Icon } from "../../shared/Icon";
import { paths } from "../../shared/router";
import { useAction } from "../../shared/useAction";
import { useAppState } from "../app/AppState";
import styles from "./SessionBlock.module.css";
import { useSession } from "./useSession";

export function SessionBlock({ onLock }: { onLock: () => void }) {
  const { t, time } = useTexts();
  const { state, accept } = useAppState();
  const status = useSession(state.session);
  const signOut = useAction(async () => accept(await host.signOut()));
  const session = state.session;
  return (
    <>
      <div className={styles.block} data-testid="session" data-session={status.kind}>
        {session && status.kind !== "expired" ? (
          <>
            <span className={styles.holder}>{session.holder}</span>
            <span className={styles.age}>{t("ui.session.until", { since: time(session.signedInAt), until: time(session.expiresAt) })}</span>
          </>
        ) : (
          <span className={styles.age}>{status.kind === "expired" ? t("ui.session.expired") : t("ui.session.none")}</span>
        )}
      </div>
      <div>
        {status.kind === "none" || status.kind === "expired" ? (
          <a className={styles.button} href={`#${paths.signIn}`} title={t("ui.session.signIn")} data-testid="go-sign-in">
            <Icon name="token" />
            <span className={styles.word}>{t("ui.session.signIn")}</span>
          </a>
        ) : (
          <button type="button" className={styles.button} onClick={() => void signOut.run()} title={t("ui.session.signOut")} data-testid="sign-out">
            <Icon name="person" />
            <span className={styles.word}>{t("ui.session.signOut")}</span>
          </button>
        )}
        <a className={styles.button} href={`#${paths.security}`} title={t("ui.security.open")} data-testid="go-security">
          <Icon name="shield" />
          <span className={styles.word}>{t("ui.security.open")}</span>
        </a>
        <button type="button" className={styles.button} onClick={onLock} title={t("ui.lock.hint")} aria-keyshortcuts="Control+L" data-testid="lock">
          <Icon name="lock" />
          <span className={styles.word}>{t("ui.lock.button")}</span>
          <span className={styles.hint}>Ctrl+L</span>
        </button>
      </div>
    </>
  );
}

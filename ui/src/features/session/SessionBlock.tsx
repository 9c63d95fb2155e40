/** Who is signed in, how, and until when; the way in and out; the lock. */
import { Menu } from "@mantine/core";
import { host } from "../../ipc";
import { Icon } from "../../shared/Icon";
import { paths, useRoute } from "../../shared/router";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import { useAppState } from "../app/AppState";
import styles from "./SessionBlock.module.css";
import { useSignIn } from "./SignInDialog";
import { useSession } from "./useSession";

export function SessionBlock({ onLock }: { onLock: () => void }) {
  const { t, time } = useTexts();
  const { state, accept } = useAppState();
  const status = useSession(state.session);
  const signIn = useSignIn();
  const { screen } = useRoute();
  const signOut = useAction(async () => accept(await host.signOut()));
  const signOutOfEsia = useAction(async () => accept(await host.signOutOfEsia()));
  const session = state.session;
  const isOut = status.kind === "none" || status.kind === "expired";
  const word = state.sessionEnded || status.kind === "expired" ? t("ui.session.expired") : t("ui.session.none");
  const out = (
    <button type="button" className={styles.button} onClick={session?.way === "browser" ? undefined : () => void signOut.run()} title={t("ui.session.signOut")} data-testid="sign-out">
      <Icon name="person" />
      <span className={styles.word}>{t("ui.session.signOut")}</span>
    </button>
  );
  return (
    <>
      <div className={styles.block} data-testid="session" data-session={status.kind}>
        {session && !isOut ? (
          <>
            <span className={styles.holder}>{session.holder}</span>
            <span className={styles.age}>{t(session.way === "browser" ? "ui.session.byBrowser" : "ui.session.bySignature")}</span>
            <span className={styles.age} title={session.renews ? t("ui.session.renews") : undefined}>{t("ui.session.until", { since: time(session.signedInAt), until: time(session.expiresAt) })}</span>
          </>
        ) : (
          <span className={styles.age}>{word}</span>
        )}
      </div>
      <div>
        {isOut ? (
          // On the page that signs in, a dialog for the same would be one too many.
          screen !== "sign-in" && (
            <button type="button" className={styles.button} onClick={signIn} title={t("ui.session.signIn")} data-testid="go-sign-in">
              <Icon name="token" />
              <span className={styles.word}>{t("ui.session.signIn")}</span>
            </button>
          )
        ) : session?.way === "browser" ? (
          <Menu position="top-start" width={260}>
            <Menu.Target>{out}</Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => void signOut.run()} data-testid="sign-out-here">{t("ui.session.signOut")}</Menu.Item>
              <Menu.Item onClick={() => void signOutOfEsia.run()} data-testid="sign-out-esia">{t("ui.session.signOutEsia")}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        ) : (
          out
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

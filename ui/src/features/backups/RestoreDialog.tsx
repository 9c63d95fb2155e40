/** Before a backup takes the vault's place: exactly what will be lost, and what stays. */
import { Button, Modal } from "@mantine/core";
import { host, type BackupView, type Proof } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import { useAppState } from "../app/AppState";
import styles from "./Backups.module.css";

export function RestoreDialog({ backup, onClose }: { backup: BackupView | null; onClose: () => void }) {
  const { t, dateTime } = useTexts();
  const { state, accept } = useAppState();
  const restore = useAction(async (id: string, proof: Proof) => {
    accept(await host.restoreBackup(id, proof));
    onClose();
  });
  const close = () => {
    restore.clear();
    onClose();
  };
  const date = backup ? dateTime(backup.taken) : "";
  const points = (name: "lost" | "kept", keys: string[]) => (
    <section>
      <h3>{t(`ui.backups.dialog.${name}.title`)}</h3>
      <ul className={styles.points}>{keys.map((key) => <li key={key}>{t(`ui.backups.dialog.${name}.${key}`, { date })}</li>)}</ul>
    </section>
  );
  const isFirst = state.phase === "first-start";
  // The present vault says whether it has a code; where there is none to ask, the copy may.
  const mayHaveCode = state.recoveryCode !== null || state.protection === null;
  return (
    <Modal opened={backup !== null} onClose={close} title={t("ui.backups.dialog.title", { date })} size="lg" closeButtonProps={{ "aria-label": t("ui.close") }}>
      <div className={styles.dialog} data-testid="restore-dialog">
        {isFirst ? <p>{t("ui.backups.dialog.empty")}</p> : (
          <>
            {points("lost", ["later", "outbox", "settings"])}
            {points("kept", ["files", "protection", "portal"])}
          </>
        )}
        <p className="muted">{t(isFirst ? "ui.backups.dialog.oldPassphrase" : "ui.backups.dialog.passphrase")}</p>
        {restore.error && <ErrorNotice error={restore.error} onClose={restore.clear} />}
        <div className={styles.buttons}>
          <Button variant="default" onClick={close}>{t("ui.cancel")}</Button>
          {mayHaveCode && (
            <Button variant="default" disabled={restore.busy} onClick={() => backup && void restore.run(backup.id, "recovery-code")} data-testid="restore-by-code">
              {t("ui.backups.dialog.byCode")}
            </Button>
          )}
          <Button color={isFirst ? undefined : "red"} loading={restore.busy} onClick={() => backup && void restore.run(backup.id, "passphrase")} data-testid="confirm-restore">
            {t("ui.backups.dialog.confirm")}
          </Button>
        </div>
      </div>
    </Modal>
  );
}

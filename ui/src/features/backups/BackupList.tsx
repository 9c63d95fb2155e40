/** Backups, newest first: when, where, how large, and whether somebody has looked that they are whole. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { host, type BackupsView, type BackupView } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Label } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import styles from "./Backups.module.css";
import { RestoreDialog } from "./RestoreDialog";
import { stateOf, type BackupState } from "./words";

const tones: Record<BackupState, "ok" | "bad" | "quiet" | "warn"> = { sound: "ok", broken: "bad", unchecked: "quiet", foreign: "warn" };

/** `locked`: nothing can be checked, because that takes the key. */
export function BackupList({ view, locked = false, onChange }: { view: BackupsView; locked?: boolean; onChange: () => void }) {
  const { t } = useTexts();
  const [chosen, setChosen] = useState<BackupView | null>(null);
  const verify = useAction(async (id: string) => {
    try {
      await host.verifyBackup(id);
    } finally {
      onChange();
    }
  });
  const [checking, setChecking] = useState<string | null>(null);
  const check = async (id: string) => {
    setChecking(id);
    await verify.run(id);
    setChecking(null);
  };
  if (view.backups.length === 0) return <p data-testid="no-backups">{t("ui.backups.none")}</p>;
  return (
    <>
      {verify.error && <ErrorNotice error={verify.error} onClose={verify.clear} />}
      <ul className={styles.list} data-testid="backups">
        {view.backups.map((backup) => (
          <Row
            key={backup.id} backup={backup} busy={checking === backup.id} onRestore={() => setChosen(backup)}
            {...(locked ? {} : { onCheck: () => void check(backup.id) })}
          />
        ))}
      </ul>
      <RestoreDialog backup={chosen} onClose={() => setChosen(null)} />
    </>
  );
}

function Row({ backup, busy, onCheck, onRestore }: { backup: BackupView; busy: boolean; onCheck?: () => void; onRestore: () => void }) {
  const { t, dateTime, size } = useTexts();
  const state = stateOf(backup);
  const when = dateTime(backup.taken);
  return (
    <li className={styles.row} data-testid="backup" data-state={state}>
      <div className={styles.what}>
        <div className={styles.head}>
          <b>{when}</b>
          <Label tone={tones[state]}>{t(`ui.backups.state.${state}`)}</Label>
        </div>
        <span className="muted small">
          {[t(`ui.backups.place.${backup.place}`), size(backup.sizeKb * 1024), backup.checkedAt && t("ui.backups.checkedAt", { date: dateTime(backup.checkedAt) })]
            .filter(Boolean).join(" · ")}
        </span>
      </div>
      <div className={styles.actions}>
        {onCheck && !backup.foreign && (
          <Button variant="default" size="compact-sm" loading={busy} onClick={onCheck} aria-label={`${t("ui.backups.check")}: ${when}`} data-testid="check-backup">
            {t("ui.backups.check")}
          </Button>
        )}
        <Button
          variant="default" size="compact-sm" disabled={state === "foreign" || state === "broken"} onClick={onRestore}
          aria-label={`${t("ui.backups.restore")}: ${when}`} data-testid="restore-backup"
        >
          {t("ui.backups.restore")}
        </Button>
      </div>
    </li>
  );
}

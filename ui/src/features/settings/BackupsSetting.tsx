/** Backups: how they are made, and those there are. */
import { Button, NativeSelect } from "@mantine/core";
import { host, type BackupsView } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Facts, Loading, Strip } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import { BackupList } from "../backups/BackupList";
import list from "../backups/Backups.module.css";
import styles from "./Settings.module.css";

/** At most so many in each place; 0 = as many as their age allows. */
const limits = [0, 3, 7, 14, 30];

export function BackupsSetting() {
  const { t } = useTexts();
  const backups = useHostQuery<BackupsView>("backups", host.backups, ["backups-changed"]);
  const make = useAction(async () => {
    try {
      await host.backUp();
    } finally {
      await backups.reload();
    }
  });
  const change = useAction(async (work: () => Promise<BackupsView>) => {
    await work();
    await backups.reload();
  });
  const view = backups.data;
  return (
    <>
      <p className="muted">{t("ui.backups.hint")}</p>
      {backups.error && <ErrorNotice error={backups.error} onRetry={() => void backups.reload()} />}
      {!view && !backups.error && <Loading rows={4} />}
      {view && <Overview view={view} />}
      {make.error && <ErrorNotice error={make.error} onClose={make.clear} />}
      {change.error && <ErrorNotice error={change.error} onClose={change.clear} />}
      <div className={styles.actions}>
        <Button loading={make.busy || view?.running === true} onClick={() => void make.run()} data-testid="back-up-now">{t("ui.backups.now")}</Button>
        <Button variant="default" onClick={() => void change.run(host.findBackups)} data-testid="find-backups">{t("ui.backups.find")}</Button>
      </div>
      {view && (
        <>
          <h3>{t("ui.backups.drive")}</h3>
          <Drive view={view} busy={change.busy} onChange={(work) => void change.run(work)} />
          <NativeSelect
            label={t("ui.backups.keep")} value={String(view.keep)} data-testid="backup-keep"
            onChange={(event) => {
              const keep = Number(event.currentTarget.value);
              void change.run(() => host.setBackupKeep(keep));
            }}
            data={(limits.includes(view.keep) ? limits : [...limits, view.keep]).map((value) => ({
              value: String(value), label: value === 0 ? t("ui.backups.keepByAge") : t("ui.backups.keepCount", { count: value }),
            }))}
          />
          <h3>{t("ui.backups.list")}</h3>
          <BackupList view={view} onChange={() => void backups.reload()} />
        </>
      )}
    </>
  );
}

function Overview({ view }: { view: BackupsView }) {
  const { t, dateTime } = useTexts();
  return (
    <>
      {view.failures.map((failure) => (
        <div key={failure.place} data-testid="backup-failure">
          <p>{t(`ui.backups.failed.${failure.place}`, { date: dateTime(failure.at) })}</p>
          <ErrorNotice error={failure.error} compact quiet />
        </div>
      ))}
      <Facts rows={[[t("ui.backups.last"), view.last ? dateTime(view.last) : t("ui.backups.never")]]} />
    </>
  );
}

function Drive({ view, busy, onChange }: { view: BackupsView; busy: boolean; onChange: (work: () => Promise<BackupsView>) => void }) {
  const { t } = useTexts();
  const { folder } = view;
  return (
    <>
      <p className="muted">{t("ui.backups.driveHint")}</p>
      {folder && <span className={`mono small ${list.path}`} data-testid="backup-folder">{folder.path}</span>}
      {folder && !folder.present && <Strip tone="warn" testId="drive-absent">{t("ui.backups.driveAbsent")}</Strip>}
      <div className={styles.actions}>
        <Button variant="default" loading={busy} onClick={() => onChange(host.chooseBackupFolder)} data-testid="choose-backup-folder">
          {t(folder ? "ui.backups.driveOther" : "ui.backups.driveChoose")}
        </Button>
        {folder && <Button variant="subtle" onClick={() => onChange(host.forgetBackupFolder)} data-testid="forget-backup-folder">{t("ui.backups.driveForget")}</Button>}
      </div>
    </>
  );
}

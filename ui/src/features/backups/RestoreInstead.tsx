/** Where there is no vault to open: the backups at hand, and any other folder with some. */
import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import { host, type BackupsView } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Loading } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import { BackupList } from "./BackupList";
import styles from "./Backups.module.css";

export function RestoreInstead({ urgent = false }: { urgent?: boolean }) {
  const { t } = useTexts();
  const [open, setOpen] = useState(false);
  return (
    <div>
      <Button variant={urgent ? "filled" : "subtle"} onClick={() => setOpen(true)} data-testid="restore-instead">{t("ui.backups.restoreInstead")}</Button>
      <Modal opened={open} onClose={() => setOpen(false)} title={t("ui.backups.restoreInstead")} size="lg" closeButtonProps={{ "aria-label": t("ui.close") }}>
        {open && <Choice />}
      </Modal>
    </div>
  );
}

function Choice() {
  const { t } = useTexts();
  const backups = useHostQuery<BackupsView>("backups", host.backups, ["backups-changed"]);
  const find = useAction(async () => {
    await host.findBackups();
    await backups.reload();
  });
  return (
    <div className={styles.dialog}>
      {backups.error && <ErrorNotice error={backups.error} onRetry={() => void backups.reload()} />}
      {!backups.data && !backups.error && <Loading rows={3} />}
      {backups.data && <BackupList view={backups.data} locked onChange={() => void backups.reload()} />}
      {find.error && <ErrorNotice error={find.error} onClose={find.clear} />}
      <div>
        <Button variant="default" loading={find.busy} onClick={() => void find.run()} data-testid="find-backups">{t("ui.backups.find")}</Button>
      </div>
    </div>
  );
}

/** How far files that are taken in are, over whatever screen is open; it can be stopped, and what is done stays. */
import { Button, Progress } from "@mantine/core";
import { useEffect, useState } from "react";
import { host, type ImportProgress } from "../../ipc";
import { Icon } from "../../shared/Icon";
import { useTexts } from "../../shared/useTexts";
import styles from "./Imports.module.css";

/** A handful of files is in before anybody has read a word about it. */
const UNSEEN_MS = 400;

export function ImportNote({ progress }: { progress: ImportProgress }) {
  const { t, number } = useTexts();
  const [shown, setShown] = useState(false);
  const [stopping, setStopping] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), UNSEEN_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  const { done, total, name } = progress;
  const text = t("ui.import.progress", { done: number(done), total: number(total) });
  const stop = () => {
    setStopping(true);
    host.stopImport().catch(() => setStopping(false));
  };
  return (
    <div className={styles.progress} role="status" data-testid="import-progress">
      <Progress.Root size="sm">
        <Progress.Section value={total > 0 ? (100 * done) / total : 0} aria-label={text} />
      </Progress.Root>
      <div className={styles.progressFoot}>
        <span className={styles.progressName} title={name}>{text} <span className="muted small">{name}</span></span>
        <Button size="compact-sm" variant="default" leftSection={<Icon name="stop" size={14} />} loading={stopping} onClick={stop} data-testid="import-stop">{t("ui.import.stop")}</Button>
      </div>
    </div>
  );
}

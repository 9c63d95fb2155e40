/** Files that were signed and wait for their time stamp; nothing is shown when none does. */
import { Button } from "@mantine/core";
import { host } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Card, Label } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import styles from "./SignFile.module.css";

export function WaitingFiles() {
  const { t, when, coded } = useTexts();
  const waiting = useHostQuery("waiting-files", host.waitingFiles, ["state-changed"]);
  const { reload } = waiting;
  const now = useAction(async () => {
    await host.stampNow();
    await reload();
  });
  const forget = useAction(async (id: string) => {
    await host.forgetWaiting(id);
    await reload();
  });
  const error = waiting.error ?? now.error ?? forget.error;
  if (error) return <ErrorNotice error={error} onRetry={() => { now.clear(); forget.clear(); void reload(); }} />;
  if (!waiting.data || waiting.data.length === 0) return null;
  return (
    <section className={styles.section} aria-labelledby="waiting-files" data-testid="waiting-files">
      <div className={styles.file}>
        <h2 id="waiting-files">{t("ui.signFile.waiting.title")}</h2>
        <Button variant="default" size="compact-sm" loading={now.busy} onClick={() => void now.run()} data-testid="stamp-now">{t("ui.signFile.waiting.now")}</Button>
      </div>
      <p className="muted small">{t("ui.signFile.waiting.lead")}</p>
      {waiting.data.map((file) => (
        <Card key={file.id} testId="waiting-file">
          <div className={styles.file}>
            <span className={styles.name}>{file.name}</span>
            <Button variant="subtle" size="compact-sm" onClick={() => void forget.run(file.id)} disabled={now.busy} data-testid="forget-waiting">{t("ui.signFile.waiting.forget")}</Button>
          </div>
          <p className="muted small">{t("ui.signFile.waiting.since", { time: when(file.since) })}. {t("ui.signFile.folder", { folder: file.folder })}</p>
          {file.error && <p className="small" data-testid="waiting-error" data-code={file.error.code}><Label tone="warn">{coded("errors", { ...file.error, code: `${file.error.code}.why` })}</Label></p>}
        </Card>
      ))}
    </section>
  );
}

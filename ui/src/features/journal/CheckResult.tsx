/** What the check of the journal showed: that it holds and what vouches for it, or what is wrong, where, and what to do. */
import { Button } from "@mantine/core";
import type { JournalCheck } from "../../ipc";
import { Strip } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import styles from "./Journal.module.css";

export function CheckResult({ check, onShow }: { check: JournalCheck; onShow: () => void }) {
  const { t, number, dateTime } = useTexts();
  const { brokenAt, fault, lastCheckpoint } = check;
  const vouched = lastCheckpoint && (
    <>
      <p className="small">
        {t("ui.journal.checkpoints", { count: check.checkpoints, formatted: number(check.checkpoints), seq: lastCheckpoint.seq, time: dateTime(lastCheckpoint.at) })}
      </p>
      <p className="small">{t("ui.journal.key")} <code className={styles.key}>{check.publicKey}</code></p>
    </>
  );
  if (brokenAt === null || fault === null) {
    return (
      <Strip tone="ok" testId="journal-intact">
        <p role="status">{t("ui.journal.intact", { count: check.entries, formatted: number(check.entries) })}</p>
        {vouched}
      </Strip>
    );
  }
  return (
    <Strip tone="bad" testId="journal-broken">
      <p role="alert"><b>{t(`ui.journal.fault.${fault}.what`, { seq: brokenAt })}</b></p>
      <p>{check.proven === 0 ? t("ui.journal.provenNone") : t("ui.journal.proven", { seq: check.proven })} {t("ui.journal.brokenTodo")}</p>
      {vouched && (
        <details>
          <summary className="small">{t("ui.journal.vouched")}</summary>
          {vouched}
        </details>
      )}
      <div><Button variant="default" size="compact-sm" onClick={onShow} data-testid="journal-show-broken">{t("ui.journal.showBroken", { seq: brokenAt })}</Button></div>
    </Strip>
  );
}

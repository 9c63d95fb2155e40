/** Certificates that end soon, each told once: how soon, whether before the next reporting date, and what to do. */
import type { ReactNode } from "react";
import type { ExpiryWarning } from "../../ipc";
import { Strip } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import styles from "./Certificates.module.css";
import { expiringTones } from "./expiry";

/** More of them would push everything else out of sight. */
const SHOWN = 3;

type Props = { warnings: readonly ExpiryWarning[]; action: (warning: ExpiryWarning) => ReactNode };

export function ExpiryNotices({ warnings, action }: Props) {
  const { t } = useTexts();
  const rest = warnings.slice(SHOWN);
  if (warnings.length === 0) return null;
  return (
    <div className={styles.notices} data-testid="expiry-notices">
      {warnings.slice(0, SHOWN).map((warning) => <Notice key={warning.certificateId} warning={warning} action={action} />)}
      {rest.length > 0 && (
        <details className={styles.more}>
          <summary>{t("ui.today.expiringMore", { count: rest.length })}</summary>
          <div className={styles.notices}>
            {rest.map((warning) => <Notice key={warning.certificateId} warning={warning} action={action} />)}
          </div>
        </details>
      )}
    </div>
  );
}

function Notice({ warning, action }: { warning: ExpiryWarning; action: Props["action"] }) {
  const { t, date } = useTexts();
  const { holder, daysLeft, expiring, beforeDeadline, renewed } = warning;
  return (
    <Strip tone={renewed ? "quiet" : expiringTones[expiring]} icon={renewed ? "ok" : undefined} testId={`expiring-${warning.certificateId}`}>
      <p><b><ExpiryTitle holder={holder} daysLeft={daysLeft} /></b></p>
      {renewed ? (
        <p>{t("ui.today.renewed")}</p>
      ) : (
        <>
          {beforeDeadline && <p>{t("ui.today.beforeDeadline", { date: date(beforeDeadline) })}</p>}
          <p>{t(daysLeft < 0 ? "ui.today.expiredTodo" : "ui.today.expiringTodo")}</p>
          <p>{action(warning)}</p>
        </>
      )}
    </Strip>
  );
}

export function ExpiryTitle({ holder, daysLeft }: { holder: string; daysLeft: number }) {
  const { t } = useTexts();
  if (daysLeft < 0) return t("ui.today.expired", { holder });
  return daysLeft === 0 ? t("ui.today.expiringNow", { holder }) : t("ui.today.expiring", { holder, count: daysLeft });
}

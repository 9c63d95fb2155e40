/** One certificate in the words of an office: whose, of which organisation, issued by whom, until when, on which token. */
import type { ReactNode } from "react";
import type { CertificateView, PinState } from "../../ipc";
import { Icon } from "../../shared/Icon";
import { Facts, Label, type Tone } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import styles from "./Certificates.module.css";

const EXPIRING_DAYS = 30;
const pinTones: Record<PinState, Tone> = { ok: "ok", low: "warn", "last-try": "bad", locked: "bad", "must-change": "warn", "on-device": "info" };

export function CertificateCard({ certificate, action }: { certificate: CertificateView; action?: ReactNode }) {
  const { t, date, coded } = useTexts();
  const fit = certificate.unfit.length === 0;
  const token = certificate.token;
  return (
    <article className={`${styles.card} ${fit ? "" : styles.unfit}`} aria-label={certificate.holder} data-testid={`certificate-${certificate.id}`} data-fit={fit}>
      <div className={styles.holder}>
        <Icon name="person" size={20} />
        <h3>
          {certificate.holder}
          {certificate.position && <span className={styles.position}>{certificate.position}</span>}
        </h3>
      </div>
      {!fit && (
        <div>
          <Label tone="warn">{t("ui.certificate.why")}</Label>
          <ul className={styles.reasons}>
            {certificate.unfit.map((reason) => (
              <li key={reason.code} data-testid={`unfit-${reason.code}`}>{coded("certificate.unfit", reason)}</li>
            ))}
          </ul>
        </div>
      )}
      <Facts
        rows={[
          [t("ui.certificate.organisation"), certificate.organisation ?? t("ui.certificate.noOrganisation")],
          [t("ui.certificate.organisationInn"), certificate.organisationInn],
          [t("ui.certificate.personInn"), certificate.inn],
          [t("ui.certificate.issuer"), certificate.issuer],
          // A damaged certificate tells no dates.
          certificate.notAfter ? [t("ui.certificate.until"), <Until key="until" certificate={certificate} date={date(certificate.notAfter)} />] : null,
          [t("ui.certificate.token"), token ? t("ui.certificate.tokenName", { label: token.label, serial: token.serial }) : t("ui.certificate.noToken")],
        ]}
      />
      {(action || (token && token.pin !== "ok")) && (
        <div className={styles.foot}>
          {token && token.pin !== "ok" && <Label tone={pinTones[token.pin]}>{t(`ui.pin.${token.pin}`)}</Label>}
          {action}
        </div>
      )}
    </article>
  );
}

function Until({ certificate, date }: { certificate: CertificateView; date: string }) {
  const { t } = useTexts();
  if (certificate.daysLeft < 0 || certificate.daysLeft > EXPIRING_DAYS) return date;
  const left = certificate.daysLeft === 0 ? t("ui.certificate.lastDay") : t("ui.certificate.daysLeft", { count: certificate.daysLeft });
  return <>{date} <Label tone="warn">{left}</Label></>;
}

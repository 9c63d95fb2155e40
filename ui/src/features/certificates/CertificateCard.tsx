/** One certificate in the words of an office: whose, of which organisation, issued by whom, until when, on which token. */
import type { ReactNode } from "react";
import type { CertificateView } from "../../ipc";
import { Icon } from "../../shared/Icon";
import { Label } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import { CertificateFacts } from "./CertificateFacts";
import styles from "./Certificates.module.css";
import { pinTones } from "./pinTones";

export function CertificateCard({ certificate, action }: { certificate: CertificateView; action?: ReactNode }) {
  const { t, coded } = useTexts();
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
      <CertificateFacts certificate={certificate} />
      {(action || (token && token.pin !== "ok")) && (
        <div className={styles.foot}>
          {token && token.pin !== "ok" && <Label tone={pinTones[token.pin]}>{t(`ui.pin.${token.pin}`)}</Label>}
          {action}
        </div>
      )}
    </article>
  );
}

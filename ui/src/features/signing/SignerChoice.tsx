/** Who signs: the certificates that fit, one to be chosen. */
import { Radio } from "@mantine/core";
import type { CertificateView } from "../../ipc";
import { Icon } from "../../shared/Icon";
import { Label, Loading, Strip } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import { TokenName } from "../certificates/CertificateFacts";
import { PendingModules } from "../certificates/ScanNotes";
import type { Scanning } from "../certificates/useTokenScan";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { FindCause } from "../doctor/FindCause";
import styles from "./Signing.module.css";

type Props = { scanning: Scanning; fit: CertificateView[]; chosen: string | null; onChoose: (id: string) => void; disabled: boolean };

export function SignerChoice({ scanning, fit, chosen, onChoose, disabled }: Props) {
  if (scanning.error) return <ErrorNotice error={scanning.error} onRetry={() => void scanning.rescan()} />;
  if (!scanning.scan) return <Loading rows={2} />;
  return (
    <>
      <Choice fit={fit} chosen={chosen} onChoose={onChoose} disabled={disabled} />
      <PendingModules scan={scanning.scan} />
    </>
  );
}

function Choice({ fit, chosen, onChoose, disabled }: Omit<Props, "scanning">) {
  const { t, date } = useTexts();
  if (fit.length === 0) return <Strip tone="info" icon="token" testId="no-signer"><p>{t("ui.signing.noCertificates")}</p><p><FindCause /></p></Strip>;
  return (
    <Radio.Group value={chosen} onChange={onChoose} aria-label={t("ui.signing.who")}>
      <div className={styles.people}>
        {fit.map((certificate) => (
          <Radio.Card key={certificate.id} value={certificate.id} className={styles.person} disabled={disabled} data-testid={`signer-${certificate.id}`}>
            <span className={styles.personBody}>
              <Radio.Indicator />
              <span>
                <span className={styles.name}>{certificate.holder}</span>
                <br />
                <span className="muted small">
                  {[certificate.position, certificate.organisation, `${t("ui.certificate.until")} ${date(certificate.notAfter)}`].filter(Boolean).join(" · ")}
                </span>
                {certificate.unfit.length > 0 && (
                  <>
                    <br />
                    <Label tone="info">{t("ui.signing.poa.byPoa")}</Label>
                  </>
                )}
                {certificate.token && (
                  <>
                    <br />
                    <span className="small"><Icon name="token" size={13} /> <TokenName token={certificate.token} /></span>
                  </>
                )}
                {certificate.token && (certificate.token.pin === "low" || certificate.token.pin === "last-try") && (
                  <>
                    <br />
                    <Label tone="warn">{t(`ui.pin.${certificate.token.pin}`)}</Label>
                  </>
                )}
              </span>
            </span>
          </Radio.Card>
        ))}
      </div>
    </Radio.Group>
  );
}

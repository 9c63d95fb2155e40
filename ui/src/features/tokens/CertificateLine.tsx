/** One key's certificate in a line; opened it tells everything, and what can be done with it. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { host, type CertificateView } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Label } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import { CertificateFacts, Until } from "../certificates/CertificateFacts";
import styles from "./Tokens.module.css";

type Props = { certificate: CertificateView; onRenew: () => void };

const isDamaged = (certificate: CertificateView) => certificate.unfit.some((reason) => reason.code === "damaged");

export function CertificateLine({ certificate, onRenew }: Props) {
  const { t } = useTexts();
  const damaged = isDamaged(certificate);
  const about = [
    certificate.organisation, certificate.organisationInn && t("ui.tokens.inn", { inn: certificate.organisationInn }),
    certificate.organisationInn === null && certificate.inn && t("ui.tokens.inn", { inn: certificate.inn }), certificate.issuer,
  ].filter(Boolean);
  return (
    <details className={styles.line} data-testid={`certificate-${certificate.id}`}>
      <summary className={styles.summary}>
        <Icon name="down" size={15} />
        <span className={styles.who}>
          <span className={styles.name}>{certificate.holder || t("ui.tokens.noName")}</span>
          {about.length > 0 && <span className="muted small">{about.join(" · ")}</span>}
        </span>
        <span className={styles.until}>{certificate.notAfter && <>{t("ui.tokens.until")} <Until certificate={certificate} /></>}</span>
        <span className={styles.fitness}><Fitness certificate={certificate} /></span>
      </summary>
      <div className={styles.unfolded}>
        {damaged && <p>{t("ui.tokens.damaged")}</p>}
        <CertificateFacts certificate={certificate} full />
        <Also certificate={certificate} />
        {!damaged && <Deeds certificate={certificate} onRenew={onRenew} />}
      </div>
    </details>
  );
}

/** What it can be used for, and why not for the rest. */
function Fitness({ certificate }: { certificate: CertificateView }) {
  const { t, coded } = useTexts();
  const { uses, unfit } = certificate;
  const reasons = unfit.map((reason) => coded("certificate.unfit", reason)).join("; ");
  return (
    <>
      {uses.length > 0 && <Label tone="ok">{t("ui.certificate.fit", { uses: uses.map((use) => t(`ui.certificate.uses.${use}`)).join(", ") })}</Label>}
      {unfit.length > 0 && <Label tone={isDamaged(certificate) ? "bad" : uses.length > 0 ? "info" : "warn"}>{t("ui.certificate.unfit", { reasons })}</Label>}
    </>
  );
}

/** The same key once more. */
function Also({ certificate }: { certificate: CertificateView }) {
  const { t, date } = useTexts();
  if (certificate.also.length === 0) return null;
  return (
    <div>
      <h4>{t("ui.tokens.also")}</h4>
      <ul className={styles.ways}>
        {certificate.also.map((other, index) => (
          <li key={`${other.id}-${index}`}>
            {t("ui.tokens.alsoOne", { date: other.notAfter && date(other.notAfter), label: other.tokenLabel })} <span className="mono muted small">{other.id.slice(0, 16)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Deeds({ certificate, onRenew }: Props) {
  const { t } = useTexts();
  const [saved, setSaved] = useState(false);
  const save = useAction(async () => {
    setSaved(false);
    setSaved(await host.exportCertificate(certificate.id));
  });
  return (
    <>
      <div className={styles.actions}>
        <Button variant="default" size="compact-md" leftSection={<Icon name="save" size={16} />} loading={save.busy} onClick={() => void save.run()} data-testid={`export-${certificate.id}`}>
          {t("ui.tokens.do.export")}
        </Button>
        <Button variant="default" size="compact-md" leftSection={<Icon name="clock" size={16} />} onClick={onRenew} data-testid={`renew-${certificate.id}`}>
          {t("ui.tokens.do.renew")}
        </Button>
        <span role="status">{saved && <Label tone="ok">{t("ui.tokens.done.exported")}</Label>}</span>
      </div>
      {save.error && <ErrorNotice error={save.error} onClose={save.clear} />}
    </>
  );
}

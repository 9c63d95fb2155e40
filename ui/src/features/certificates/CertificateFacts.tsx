/** What a certificate says of itself, in rows. */
import type { CertificateView, TokenView } from "../../ipc";
import { Facts, Label } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import { expiryTone, WARNED_DAYS } from "./expiry";

/** `full`: also what only a centre or a support asks about. */
export function CertificateFacts({ certificate, full = false }: { certificate: CertificateView; full?: boolean }) {
  const { t, date, coded } = useTexts();
  const { token } = certificate;
  return (
    <Facts
      rows={[
        full ? [t("ui.certificate.position"), certificate.position] : null,
        [t("ui.certificate.organisation"), certificate.organisation ?? t("ui.certificate.noOrganisation")],
        [t("ui.certificate.organisationInn"), certificate.organisationInn],
        full ? [t("ui.certificate.ogrn"), certificate.ogrn] : null,
        [t("ui.certificate.personInn"), certificate.inn],
        [t("ui.certificate.issuer"), certificate.issuer],
        full ? [t("ui.certificate.since"), certificate.notBefore && date(certificate.notBefore)] : null,
        // A damaged certificate tells no dates.
        certificate.notAfter ? [t("ui.certificate.until"), <Until key="until" certificate={certificate} />] : null,
        [t("ui.certificate.token"), token ? <TokenName key="token" token={token} /> : t("ui.certificate.noToken")],
        full ? [t("ui.certificate.key"), coded("ui.certificate.algorithms", { code: certificate.algorithm, params: {} })] : null,
        full ? [t("ui.certificate.serial"), certificate.serial && <span key="serial" className="mono">{certificate.serial}</span>] : null,
        full ? [t("ui.certificate.fingerprint"), <span key="fingerprint" className="mono">{certificate.id}</span>] : null,
      ]}
    />
  );
}

/** Files and stores have no serial number a person knows. */
export function TokenName({ token }: { token: TokenView }) {
  const { t } = useTexts();
  return token.holder === "token" ? t("ui.certificate.tokenName", { label: token.label, serial: token.serial }) : token.label;
}

/** Until when, and how many days that is when they are few. */
export function Until({ certificate }: { certificate: CertificateView }) {
  const { t, date } = useTexts();
  const { daysLeft, notAfter } = certificate;
  if (daysLeft < 0 || daysLeft > WARNED_DAYS) return date(notAfter);
  const left = daysLeft === 0 ? t("ui.certificate.lastDay") : t("ui.certificate.daysLeft", { count: daysLeft });
  return <>{date(notAfter)} <Label tone={expiryTone(daysLeft)}>{left}</Label></>;
}

/** What stands behind a verdict, for who wants to know: chain, revocation with its age, stamps, parts, changes, codes. */
import type { ReactNode } from "react";
import type { RevocationView, SignerView } from "../../ipc";
import { Facts } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import { Folded } from "./Folded";
import styles from "./Verification.module.css";

export function SignatureDetails({ signer }: { signer: SignerView }) {
  const { t, moscow, date, named, code } = useWords();
  const { certificate, qualification, revocation } = signer;
  return (
    <Folded title={t("ui.verify.more")} testId="signature-details">
      <Facts
        rows={[
          [t("verification.label.profile"), named("profile", signer.profile)],
          [t("verification.label.policy"), signer.policy],
          [t("verification.label.digestAlgorithm"), signer.digestAlgorithm && named("digest", signer.digestAlgorithm)],
          [t("verification.label.signingTime"), signer.signingTime && moscow(signer.signingTime)],
          [t("verification.label.provenAt"), signer.provenAt && moscow(signer.provenAt)],
          [t("verification.label.judgedAt"), moscow(signer.judgedAt)],
          [t("verification.label.certificate"), certificate && [certificate.holder, certificate.position, certificate.organisation].filter(Boolean).join(", ")],
          [t("verification.label.organisationInn"), certificate?.organisationInn ?? null],
          [t("verification.label.ogrn"), certificate?.ogrn ?? null],
          [t("verification.label.issuer"), certificate?.issuer ?? null],
          [t("verification.label.serial"), certificate && <span className="mono">{certificate.serial}</span>],
          [t("verification.label.validity"), certificate && t("verification.label.term", { from: date(certificate.notBefore), until: date(certificate.notAfter) })],
          [t("verification.label.fingerprint"), certificate && <span className="mono">{certificate.id}</span>],
          [t("verification.label.anchor"), signer.anchor && named("anchor", signer.anchor)],
          [t("verification.label.centre"), qualification?.centre ?? null],
          [t("verification.label.registryNumber"), qualification?.registryNumber ?? null],
          [t("verification.label.toolClass"), qualification?.toolClass ?? null],
          [t("verification.label.subjectTool"), qualification?.subjectTool ?? null],
          [t("verification.label.identification"), qualification?.identification ? named("identification", qualification.identification) : null],
          [t("verification.label.revocation"), revocation && <Revocation revocation={revocation} />],
          [t("verification.label.indication"), <span key="indication" className="mono">{[signer.indication, signer.subIndication].filter(Boolean).join(", ")}</span>],
        ]}
      />
      <Table
        caption={t("verification.label.chain")} heads={["holder", "until", "remarks"]}
        rows={signer.chain.map((link) => [link.subject, date(link.notAfter), link.problems.map((one) => code("reasons", one)).join("; ")])}
      />
      <Table
        caption={t("verification.label.stamps")} heads={["kind", "time", "authority", "remarks"]}
        rows={signer.stamps.map((stamp) => [
          named("stamp", stamp.kind), stamp.time && moscow(stamp.time), stamp.authority,
          [t(stamp.trusted ? "verification.label.trusted" : "verification.label.untrusted"), ...stamp.reasons.map((one) => code("reasons", one))].join("; "),
        ])}
      />
      <Table
        caption={t("verification.label.parts")} heads={["name", "state", "digest"]}
        rows={signer.parts.map((part) => [
          part.name || t("verification.label.wholeContent"), t(part.intact ? "verification.label.intact" : "verification.label.changed"),
          part.digest && <span className="mono">{part.digest}</span>,
        ])}
      />
      <Table
        caption={t("verification.label.changes")} heads={["kind", "name", "state"]}
        rows={signer.changes.map((change) => [
          code("changes", change.code), change.what, t(change.allowed ? "verification.label.allowed" : "verification.label.forbidden"),
        ])}
      />
      {signer.reasons.length + signer.notes.length > 0 && (
        <p className="small muted">{t("ui.verify.codes")}: <span className="mono">{[...signer.reasons, ...signer.notes].join(", ")}</span></p>
      )}
    </Folded>
  );
}

function Revocation({ revocation }: { revocation: RevocationView }) {
  const { t, moscow, code } = useWords();
  const { status, source, asOf } = revocation;
  const reason = revocation.code && (status === "revoked" ? code("verification.revocationReason", revocation.code) : code("reasons", revocation.code));
  return t(`verification.revocation.${status === "good" && source ? `good-${source}` : status}`, { time: asOf ? moscow(asOf) : "", reason: reason ?? "" });
}

/** Names of codes; a code without a name is shown as it is. */
function useWords() {
  const texts = useTexts();
  const code = (prefix: string, name: string) => (texts.has(`${prefix}.${name}`) ? texts.t(`${prefix}.${name}`) : name);
  return { ...texts, code, named: (kind: string, name: string) => code(`verification.${kind}`, name) };
}

function Table({ caption, heads, rows }: { caption: string; heads: string[]; rows: ReactNode[][] }) {
  const { t } = useTexts();
  if (rows.length === 0) return null;
  return (
    <div className={styles.tableScroll}>
      <table className={styles.table}>
        <caption>{caption}</caption>
        <thead><tr>{heads.map((head) => <th key={head} scope="col">{t(`verification.label.${head}`)}</th>)}</tr></thead>
        <tbody>{rows.map((row, index) => <tr key={index}>{row.map((cell, column) => <td key={column}>{cell}</td>)}</tr>)}</tbody>
      </table>
    </div>
  );
}

/** A judgement from the verdict down to the digests. */
import type { FileFacts, VerificationReport } from "../../ipc";
import { Facts } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import { Folded } from "./Folded";
import { SignatureCard } from "./SignatureCard";
import { VerdictLine } from "./VerdictLine";
import styles from "./Verification.module.css";

export function ReportView({ report, children }: { report: VerificationReport; children?: React.ReactNode }) {
  const { t, moscow, number } = useTexts();
  return (
    <div className={styles.stack} data-testid="report">
      <VerdictLine report={report} />
      {children}
      {report.signers.map((signer, index) => <SignatureCard key={`${signer.id}-${index}`} signer={signer} number={index + 1} />)}
      <div className={styles.card}>
        <Folded title={t("ui.verify.digests")} testId="file-digests">
          {report.content && <FileDigests title={t("verification.label.content")} file={report.content} />}
          <FileDigests title={t("verification.label.file")} file={report.file} />
          <Facts
            rows={[
              [t("verification.label.format"), t(`verification.format.${report.format}`)],
              [t("verification.label.checkedAt"), moscow(report.checkedAt)],
              [t("verification.label.network"), t(report.online ? "verification.label.online" : "verification.label.offline")],
              [
                t("verification.label.trustList"),
                report.trust.listVersion !== null && report.trust.listIssued !== null
                  ? t("verification.label.trustListValue", {
                      version: number(report.trust.listVersion), time: moscow(report.trust.listIssued), days: report.trust.listAgeDays ?? 0,
                    })
                  : t(report.trust.listRefused ? `errors.${report.trust.listRefused}.what` : "verification.label.noTrustList"),
              ],
              [t("verification.label.missing"), report.missing.join(", ")],
            ]}
          />
        </Folded>
      </div>
    </div>
  );
}

function FileDigests({ title, file }: { title: string; file: FileFacts }) {
  const { t, size } = useTexts();
  return (
    <Facts
      rows={[
        [title, `${file.name} · ${size(file.size ?? 0)}`],
        [t("verification.label.streebog"), file.streebog256 && <span key="s" className="mono">{file.streebog256}</span>],
        [t("verification.label.sha256"), file.sha256 && <span key="h" className="mono">{file.sha256}</span>],
      ]}
    />
  );
}

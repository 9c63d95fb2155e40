/** What became of each document of a signing run. */
import type { DocumentRow, SignOutcome } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Label, Strip } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import styles from "./Signing.module.css";

export function SignResults({ documents, outcomes }: { documents: DocumentRow[]; outcomes: ReadonlyMap<string, SignOutcome> }) {
  const { t } = useTexts();
  const signed = documents.filter((row) => outcomes.get(row.id)?.error === null);
  const all = signed.length === documents.length;
  return (
    <section className={styles.section} aria-labelledby="sign-results" data-testid="sign-results" data-signed={signed.length}>
      <h2 id="sign-results">{t("ui.signing.result")}</h2>
      <Strip tone={all ? "ok" : "warn"}>
        <p role="status">{all ? t("ui.signing.allSigned", { count: signed.length }) : t("ui.signing.partly", { signed: signed.length, total: documents.length })}</p>
      </Strip>
      <ul className={styles.results}>
        {documents.map((row) => {
          const error = outcomes.get(row.id)?.error;
          return (
            <li key={row.id} className={styles.result} data-testid={`result-${row.id}`}>
              <span>{row.title}</span>
              {error === null ? <Label tone="ok">{t("ui.signing.signed")}</Label> : error && <ErrorNotice error={error} quiet />}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

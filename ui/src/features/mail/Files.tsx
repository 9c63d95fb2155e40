/** Files of an opened letter: fetched by a press, with the verdict on the signature in words. */
import { Button } from "@mantine/core";
import { host, type LetterFileView, type LetterRef, type Verdict } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Label, type Tone } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import styles from "./Mail.module.css";

const tones: Record<Verdict, Tone> = { valid: "ok", invalid: "bad", unknown: "warn" };

export function Files({ letter, files }: { letter: LetterRef; files: readonly LetterFileView[] }) {
  const { t } = useTexts();
  return (
    <section className={styles.section}>
      <h2>{t("ui.mail.files.title")}</h2>
      {files.length === 0 && <p className="muted">{t("ui.mail.files.none")}</p>}
      <ul className={styles.list}>{files.map((file) => <File key={file.id} letter={letter} file={file} />)}</ul>
    </section>
  );
}

function File({ letter, file }: { letter: LetterRef; file: LetterFileView }) {
  const { t, size, coded } = useTexts();
  const fetch = useAction(async () => host.fetchLetterFile(letter, file.id));
  const save = useAction(async () => host.saveLetterFile(letter, file.id));
  const error = fetch.error ?? save.error;
  const facts = [file.size === null ? null : size(file.size), t(file.signed ? "ui.mail.files.signed" : "ui.mail.files.unsigned"), file.ready || file.fetched ? null : t("ui.mail.files.notReady")];
  return (
    <li className={styles.row} data-testid="letter-file">
      <div className={styles.what}>
        <b>{file.name}</b>
        <span className="muted small">{facts.filter((fact) => fact !== null).join(" · ")}</span>
        {file.signatures.map((signature, index) => (
          <div key={index} data-testid="file-verdict" data-verdict={signature.verdict}>
            <Label tone={tones[signature.verdict]}>{t(`signature.verdict.${signature.verdict}`)}</Label>
            {signature.signer !== "" && <span className="muted small"> {t("ui.mail.files.signer", { who: signature.signer })}</span>}
            {signature.reasons.length > 0 && <p className="small">{signature.reasons.map((code) => coded("reasons", { code, params: {} })).join("; ")}</p>}
          </div>
        ))}
        {error && <ErrorNotice error={error} onClose={() => { fetch.clear(); save.clear(); }} compact />}
      </div>
      {file.fetched ? (
        <Button variant="default" loading={save.busy} onClick={() => void save.run()} data-testid="file-save">{t("ui.mail.files.save")}</Button>
      ) : (
        <Button variant="default" loading={fetch.busy} disabled={!file.ready} onClick={() => void fetch.run()} data-testid="file-fetch">{t("ui.mail.files.fetch")}</Button>
      )}
    </li>
  );
}

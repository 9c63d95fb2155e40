/** For whom, for which organisation, on which token and for what the secret is asked. */
import type { SecretPrompt } from "../../ipc";
import { Facts, Label } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import styles from "./Secret.module.css";

export function PromptFacts({ prompt }: { prompt: SecretPrompt }) {
  const { t, has, coded } = useTexts();
  const { kind, purpose, holder, organisation, host, tokenLabel, tokenSerial, documents, revocation } = prompt;
  const lead = `secret.lead.${kind === "new-pin" ? kind : purpose}`;
  const token = tokenLabel && (tokenSerial === null ? tokenLabel : t("secret.tokenName", { label: tokenLabel, serial: tokenSerial }));
  return (
    <>
      {has(lead) && <p className="muted" data-testid="secret-lead">{t(lead)}</p>}
      <div className={styles.facts}>
        <Facts
          rows={[
            purpose === "sign-in" ? [t("secret.what"), t("secret.whatSignIn")] : null,
            purpose === "test-signature" ? [t("secret.what"), t("secret.whatTest")] : null,
            [t("secret.who"), holder],
            [t("secret.organisation"), organisation],
            [t("secret.host"), host],
            revocation && [t("secret.revocation"), <Label key="r" tone={revocation.state === "ok" ? "ok" : "warn"}>{coded(`preflight.${revocation.code}`, { code: revocation.state, params: revocation.params })}</Label>],
            [t(kind === "key-file" ? "secret.file" : "secret.token"), token],
          ]}
        />
      </div>
      {documents.length > 0 && (
        <div>
          <p id="documents">{t("secret.documents", { count: documents.length })}</p>
          <ol className={styles.documents} aria-labelledby="documents" tabIndex={0} data-testid="secret-documents">
            {documents.map((title, index) => <li key={index}>{title}</li>)}
          </ol>
        </div>
      )}
    </>
  );
}

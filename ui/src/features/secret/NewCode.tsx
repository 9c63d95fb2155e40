/** Shows a new recovery code, the only time: to be copied, printed or saved. Until the person says that they have it, it opens nothing. */
import { Button, Checkbox } from "@mantine/core";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { secretHost, toUiError, type SecretPrompt, type UiError } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Label } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import code from "./Code.module.css";
import styles from "./Secret.module.css";

export function NewCode({ prompt, written }: { prompt: SecretPrompt; written: string }) {
  const { t, date } = useTexts();
  const [kept, setKept] = useState(false);
  const [saved, setSaved] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<UiError | null>(null);
  const print = useRef<HTMLButtonElement>(null);
  // What the window is about stays in sight, however small it is.
  useEffect(() => print.current?.focus({ preventScroll: true }), []);
  const save = useAction(async () => {
    setSaved(false);
    setSaved(await secretHost.saveCode());
  });
  const answer = async (value: "" | null) => {
    setBusy(true);
    try {
      await secretHost.submitSecret(value);
    } catch (cause) {
      setError(toUiError(cause));
      setBusy(false);
    }
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !busy) void answer(null);
  };
  return (
    <div className={styles.window} onKeyDown={onKey}>
      <div className={styles.scroll} tabIndex={0} role="group" aria-label={t("secret.code.about")}>
        <div className={styles.head}>
          <Icon name="lock" size={26} />
          <h1>{t(`secret.title.${prompt.purpose}`)}</h1>
        </div>
        <p className={`muted ${code.screen}`}>{t("secret.lead.make-recovery-code")}</p>
        <ol className={code.groups} aria-label={t(`secret.field.${prompt.kind}`)} data-testid="new-code">
          {written.split("-").map((group, index) => (
            <li key={index}><span className={code.number} aria-hidden="true">{index + 1}</span><span className="mono">{group}</span></li>
          ))}
        </ol>
        <p className="small muted">{t("secret.code.letters")}</p>
        <p className={`small ${code.paper}`}>{t("secret.code.paper", { date: date(new Date().toISOString()) })}</p>
        <div className={`${code.screen} ${code.ways}`}>
          <Button ref={print} variant="default" leftSection={<Icon name="documents" size={16} />} onClick={() => window.print()} disabled={busy} data-testid="print-code">{t("secret.code.print")}</Button>
          <Button variant="default" leftSection={<Icon name="save" size={16} />} loading={save.busy} onClick={() => void save.run()} disabled={busy} data-testid="save-code">{t("secret.code.save")}</Button>
          <span role="status">{saved && <Label tone="ok">{t("secret.code.saved")}</Label>}</span>
        </div>
        {save.error && <ErrorNotice error={save.error} compact onClose={save.clear} />}
        {error && <ErrorNotice error={error} compact />}
      </div>
      <div className={`${styles.fields} ${code.screen}`}>
        <Checkbox checked={kept} onChange={(event) => setKept(event.currentTarget.checked)} label={t("secret.code.kept")} disabled={busy} data-testid="code-kept" />
      </div>
      <div className={`${styles.foot} ${code.screen}`}>
        <Button variant="default" onClick={() => void answer(null)} disabled={busy} data-testid="secret-cancel">{t("secret.cancel")}</Button>
        <Button onClick={() => void answer("")} loading={busy} disabled={!kept} data-testid="secret-submit">{t(`secret.submit.${prompt.purpose}`)}</Button>
      </div>
    </div>
  );
}

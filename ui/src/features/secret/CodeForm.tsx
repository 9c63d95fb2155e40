/** Asks for the recovery code. It is copied from paper, so it is seen while it is typed, and a group with a slip is named at once. */
import { Button, TextInput } from "@mantine/core";
import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent } from "react";
import { secretHost, toUiError, type SecretPrompt, type UiError } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Label } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import { marksOf, type Mark } from "./recoveryCode";
import code from "./Code.module.css";
import styles from "./Secret.module.css";

export function CodeForm({ prompt }: { prompt: SecretPrompt }) {
  const { t, has } = useTexts();
  const field = useRef<HTMLInputElement>(null);
  const [{ marks, tooLong }, setTyped] = useState(marksOf(""));
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<UiError | null>(prompt.error);
  useEffect(() => {
    if (!busy) field.current?.focus();
  }, [busy]);

  const look = () => setTyped(marksOf(field.current?.value ?? ""));
  const send = async (value: string | null) => {
    if (field.current) field.current.value = "";
    look();
    setTried(false);
    setBusy(true);
    try {
      await secretHost.submitSecret(value);
    } catch (cause) {
      setError(toUiError(cause));
    } finally {
      setBusy(false);
    }
  };
  const wrong = marks.flatMap((mark, index) => (mark === "wrong" ? [index + 1] : []));
  const right = marks.filter((mark) => mark === "right").length;
  const whole = right === marks.length && !tooLong;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!busy && whole) void send(field.current?.value ?? "");
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !busy) void send(null);
  };
  const problem = tooLong ? t("secret.code.tooLong") : tried && !whole && wrong.length === 0 ? t("secret.code.incomplete") : null;
  const lead = `secret.lead.${prompt.purpose === "recover-access" ? prompt.purpose : prompt.kind}`;
  return (
    <form className={styles.window} onSubmit={submit} onKeyDown={onKey} noValidate>
      <div className={styles.scroll}>
        <div className={styles.head}>
          <Icon name="lock" size={26} />
          <h1>{t(`secret.title.${prompt.purpose}`)}</h1>
        </div>
        {error && <ErrorNotice error={error} compact />}
        {has(lead) && <p className="muted" data-testid="secret-lead">{t(lead)}</p>}
      </div>
      <div className={styles.fields}>
        <TextInput
          ref={field} label={t(`secret.field.${prompt.kind}`)} description={t("secret.code.how")} error={problem} onChange={look} disabled={busy} autoComplete="off"
          autoCapitalize="characters" spellCheck={false} classNames={{ input: code.field ?? "" }} data-testid="secret-value"
        />
        <ol className={code.marks} aria-hidden="true">{marks.map((mark, index) => <Group key={index} number={index + 1} mark={mark} />)}</ol>
        <div className={styles.hints} role="status">
          {wrong.length > 0 ? <Label tone="bad">{t("secret.code.wrong", { groups: wrong.join(", ") })}</Label>
            : right > 0 && <Label tone={whole ? "ok" : "quiet"}>{t("secret.code.right", { right, total: marks.length })}</Label>}
        </div>
      </div>
      <div className={styles.foot}>
        <Button variant="default" onClick={() => void send(null)} disabled={busy} data-testid="secret-cancel">{t("secret.cancel")}</Button>
        <Button type="submit" loading={busy} data-testid="secret-submit">{t(`secret.submit.${prompt.purpose}`)}</Button>
      </div>
    </form>
  );
}

function Group({ number, mark }: { number: number; mark: Mark }) {
  return (
    <li className={code.mark} data-mark={mark} data-testid={`group-${number}`}>
      {mark === "right" ? <Icon name="check" size={12} /> : mark === "wrong" ? <Icon name="error" size={12} /> : null}
      {number}
    </li>
  );
}

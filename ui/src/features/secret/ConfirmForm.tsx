/** Confirms something at the portal: a way is chosen, or its code or password is typed. The value lives in the field only. */
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent } from "react";
import { secretHost, toUiError, type SecretPrompt, type UiError } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Facts, Label } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import styles from "./Secret.module.css";
import { useSecondsUntil } from "../../shared/useSecondsUntil";

export function ConfirmForm({ prompt }: { prompt: SecretPrompt }) {
  const { t, has, time } = useTexts();
  const { kind, purpose, stepUp } = prompt;
  const field = useRef<HTMLInputElement>(null);
  const first = useRef<HTMLButtonElement>(null);
  const [empty, setEmpty] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<UiError | null>(prompt.error);
  const wait = useSecondsUntil(stepUp?.resendAt ?? null);
  useEffect(() => {
    if (!busy) (field.current ?? first.current)?.focus();
  }, [busy]);

  const act = async (work: () => Promise<unknown>) => {
    if (field.current) field.current.value = "";
    setBusy(true);
    try {
      await work();
    } catch (cause) {
      setError(toUiError(cause));
    } finally {
      setBusy(false);
    }
  };
  const send = (value: string | null) => act(() => secretHost.submitSecret(value));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const value = field.current?.value.trim() ?? "";
    setEmpty(value === "");
    if (!busy && value !== "") void send(kind === "account-password" ? (field.current?.value ?? "") : value);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !busy) void send(null);
  };
  const choosing = kind === "factor";
  const others = stepUp?.others ?? [];
  const word = (name: string) => (has(`secret.factor.${name}`) ? t(`secret.factor.${name}`) : name);
  const operation = `secret.operation.${stepUp?.operation ?? "other"}`;
  const what = stepUp?.title ?? t(has(operation) ? operation : "secret.operation.other");
  const problem = empty ? t("secret.tooShort", { count: 1 }) : null;
  const input = { autoComplete: "off", spellCheck: false, disabled: busy, error: problem, "data-testid": "secret-value", onChange: () => setEmpty(false) } as const;

  return (
    <form className={styles.window} onSubmit={submit} onKeyDown={onKey} noValidate>
      <div className={styles.scroll} tabIndex={0} role="group" aria-label={t("secret.about")}>
        <div className={styles.head}>
          <Icon name="shield" size={26} />
          <h1>{t(`secret.title.${purpose}`)}</h1>
        </div>
        {error && <ErrorNotice error={error} compact />}
        <p className="muted">{t(`secret.lead.${purpose}`)}</p>
        <div className={styles.facts}>
          <Facts
            rows={[
              [t("secret.stepUp.what"), what],
              [t("secret.organisation"), prompt.organisation],
              [t("secret.stepUp.sentTo"), stepUp?.sentTo ?? null],
              [t("secret.stepUp.expires"), stepUp?.expires ? time(stepUp.expires) : null],
            ]}
          />
        </div>
      </div>
      <div className={styles.fields}>
        {choosing ? (
          <>
            <p id="ways">{t("secret.stepUp.choose")}</p>
            <div role="group" aria-labelledby="ways" className={styles.ways}>
              {others.map((name, index) => (
                <Button key={name} ref={index === 0 ? first : undefined} variant="default" disabled={busy} onClick={() => void act(() => secretHost.chooseFactor(name))} data-testid={`way-${name}`}>
                  {word(name)}
                </Button>
              ))}
            </div>
          </>
        ) : kind === "account-password" ? (
          <PasswordInput ref={field} label={t(`secret.field.${kind}`)} visibilityToggleButtonProps={{ "aria-label": t("secret.show") }} {...input} />
        ) : (
          <TextInput ref={field} label={stepUp?.factor ? word(stepUp.factor) : t(`secret.field.${kind}`)} inputMode="numeric" {...input} />
        )}
        {!choosing && (
          <div className={styles.hints} role="status">
            {stepUp?.attemptsLeft !== null && stepUp?.attemptsLeft !== undefined && (
              <Label tone={stepUp.attemptsLeft <= 1 ? "bad" : "warn"}>{t("secret.stepUp.left", { count: stepUp.attemptsLeft })}</Label>
            )}
            <span className="muted">{t(kind === "account-password" ? "secret.stepUp.oncePassword" : "secret.stepUp.onceCode")}</span>
          </div>
        )}
        {!choosing && (stepUp?.resendAt || others.length > 0) && (
          <div className={styles.ways}>
            {stepUp?.resendAt && (
              <Button variant="subtle" size="compact-sm" disabled={busy || wait > 0} onClick={() => void act(() => secretHost.resendCode())} data-testid="resend">
                {wait > 0 ? t("secret.stepUp.resendIn", { seconds: wait }) : t("secret.stepUp.resend")}
              </Button>
            )}
            {others.length > 0 && <span className="muted small">{t("secret.stepUp.other")}:</span>}
            {others.map((name) => (
              <Button key={name} variant="subtle" size="compact-sm" disabled={busy} onClick={() => void act(() => secretHost.chooseFactor(name))} data-testid={`way-${name}`}>{word(name)}</Button>
            ))}
          </div>
        )}
      </div>
      <div className={styles.foot}>
        <Button variant="default" onClick={() => void send(null)} disabled={busy} data-testid="secret-cancel">{t("secret.cancel")}</Button>
        {!choosing && <Button type="submit" loading={busy} data-testid="secret-submit">{t(`secret.submit.${purpose}`)}</Button>}
      </div>
    </form>
  );
}

/** Asks for a PIN, a PUK, a password or a passphrase. The value lives in the field only: it is read once, sent, and the field is emptied. */
import { Button, Checkbox, PasswordInput, TextInput } from "@mantine/core";
import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent } from "react";
import { secretHost, toUiError, type SecretPrompt, type UiError } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Label, Strip } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import { isCode, isNew, promises, stateKey, stateTone } from "./kinds";
import { PromptFacts } from "./PromptFacts";
import styles from "./Secret.module.css";
import { hasCyrillic, lengthOf, strengthOf, type Strength } from "./typing";

type Typed = { length: number; cyrillic: boolean; strength: Strength; same: boolean };
const nothing: Typed = { length: 0, cyrillic: false, strength: "short", same: true };

export function SecretForm({ prompt }: { prompt: SecretPrompt }) {
  const { t } = useTexts();
  const { kind, pinState, maxLength, purpose } = prompt;
  // A token may name no shortest code, yet an empty one would cost a try.
  const minLength = isCode(kind) ? Math.max(prompt.minLength, 1) : prompt.minLength;
  const first = useRef<HTMLInputElement>(null);
  const second = useRef<HTMLInputElement>(null);
  const closing = useRef<HTMLButtonElement>(null);
  const [typed, setTyped] = useState(nothing);
  const [capsLock, setCapsLock] = useState(false);
  const [confirmed, setConfirmed] = useState(false);
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const [error, setError] = useState<UiError | null>(prompt.error);

  const impossible = pinState === "locked";
  const onDevice = pinState === "on-device";
  const twice = isNew(kind);
  const code = isCode(kind);
  const promise = promises[kind];
  const lastTry = pinState === "last-try";
  const hasField = !impossible && !onDevice;

  useEffect(() => {
    if (!busy) (first.current ?? closing.current)?.focus();
  }, [busy]);

  const send = async (value: string | null) => {
    for (const field of [first.current, second.current]) if (field) field.value = "";
    setTyped(nothing);
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

  // Nothing limits the length where the limit is 0.
  const tooLong = maxLength > 0 && typed.length > maxLength;
  const fitting = typed.length >= minLength && !tooLong && (!twice || typed.same);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (busy || impossible || (lastTry && !confirmed)) return;
    if (onDevice) void send("");
    else if (fitting) void send(first.current?.value ?? "");
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !busy) void send(null);
    setCapsLock(event.getModifierState("CapsLock"));
  };
  const look = () => {
    const value = first.current?.value ?? "";
    setTyped({ length: lengthOf(value), cyrillic: hasCyrillic(value), strength: strengthOf(value, minLength), same: value === (second.current?.value ?? "") });
  };

  const problem = !tried || fitting ? null
    : typed.length < minLength ? t("secret.tooShort", { count: minLength })
    : tooLong ? t("secret.tooLong", { count: maxLength })
    : null;
  const differs = tried && !typed.same;
  const field = { onChange: look, autoComplete: "off", spellCheck: false, disabled: busy } as const;
  const tries = pinState && pinState !== "ok" && (
    <Strip tone={stateTone(pinState)} testId={`pin-state-${pinState}`}><p>{t(stateKey(kind, pinState))}</p></Strip>
  );
  const toggle = { visibilityToggleButtonProps: { "aria-label": t("secret.show") } };

  return (
    <form className={styles.window} onSubmit={submit} onKeyDown={onKey} onKeyUp={(event) => setCapsLock(event.getModifierState("CapsLock"))} noValidate>
      <div className={styles.scroll} tabIndex={0} role="group" aria-label={t("secret.about")}>
        <div className={styles.head}>
          <Icon name={code ? "token" : "lock"} size={26} />
          <h1>{t(`secret.title.${purpose}`)}</h1>
        </div>
        {error && <ErrorNotice error={error} compact />}
        {!hasField && tries}
        <PromptFacts prompt={prompt} />
      </div>
      {hasField && (
        <div className={styles.fields}>
          {tries && <div className={styles.tries}>{tries}</div>}
          {code ? (
            <TextInput ref={first} type="password" label={t(`secret.field.${kind}`)} error={problem} data-testid="secret-value" {...field} />
          ) : (
            <PasswordInput ref={first} label={t(`secret.field.${kind}`)} error={problem} data-testid="secret-value" {...field} {...toggle} />
          )}
          {kind === "new-pin" && (
            <TextInput ref={second} type="password" label={t("secret.field.repeat")} error={differs && t("secret.mismatchPin")} data-testid="secret-repeat" {...field} />
          )}
          {kind === "new-passphrase" && (
            <PasswordInput ref={second} label={t("secret.field.repeat")} error={differs && t("secret.mismatch")} data-testid="secret-repeat" {...field} {...toggle} />
          )}
          <div className={styles.hints} role="status">
            {capsLock && <Label tone="warn">{t("secret.capsLock")}</Label>}
            {code && typed.cyrillic && <Label tone="warn" icon="keyboard">{t("secret.cyrillic")}</Label>}
            {kind === "new-passphrase" && typed.length > 0 && <StrengthHint strength={typed.strength} min={minLength} />}
            {promise && !capsLock && !(code && typed.cyrillic) && !lastTry && <span className="muted">{t(promise)}</span>}
          </div>
          {lastTry && (
            <Checkbox checked={confirmed} onChange={(event) => setConfirmed(event.currentTarget.checked)} label={t(kind === "puk" ? "secret.lastTryPukConfirm" : "secret.lastTryConfirm")} data-testid="last-try-confirm" />
          )}
        </div>
      )}
      <div className={styles.foot}>
        <Button ref={closing} variant="default" onClick={() => void send(null)} disabled={busy} data-testid="secret-cancel">
          {t(impossible ? "secret.close" : "secret.cancel")}
        </Button>
        {!impossible && (
          <Button type="submit" loading={busy} disabled={lastTry && !confirmed} data-testid="secret-submit">
            {t(`secret.submit.${onDevice ? "on-device" : kind === "new-pin" ? kind : purpose}`)}
          </Button>
        )}
      </div>
    </form>
  );
}

function StrengthHint({ strength, min }: { strength: Strength; min: number }) {
  const { t } = useTexts();
  const tone = strength === "short" ? "bad" : strength === "weak" ? "warn" : "ok";
  return <span data-testid="strength" data-strength={strength}><Label tone={tone}>{t(`secret.strength.${strength}`, { min })}</Label></span>;
}

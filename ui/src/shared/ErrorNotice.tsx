/** An error in three sentences: what happened, why, what to do; its code can be copied for support, without personal data. */
import { ActionIcon, Button } from "@mantine/core";
import type { i18n, TFunction } from "i18next";
import { useContext, useState } from "react";
import { useTranslation } from "react-i18next";
import type { UiError } from "../ipc";
import styles from "./ErrorNotice.module.css";
import { Icon } from "./Icon";
import { OriginContext, supportText } from "./support";

export type ErrorParts = { what: string; detail: string | null; why: string | null; todo: string | null };

/** Errors that name by a parameter what exactly stood in the way: the parameter and the text of its value. */
const details: Record<string, { param: string; key: (value: string) => string }> = {
  "app.preflight": { param: "check", key: (check) => `preflight.${check}.failed` },
  "app.unfit-certificate": { param: "reason", key: (reason) => `certificate.unfit.${reason}` },
  "app.unreadable": { param: "finding", key: (finding) => `findings.${finding}` },
  "poa.not-allowed": { param: "reason", key: (reason) => `poa.reasons.${reason}` },
  "app.requisite": { param: "field", key: (field) => `requisites.field.${field}` },
};

/** Looks the three parts up; a code without a text falls back to a general one that still shows the code. */
export function useErrorParts(error: UiError): ErrorParts {
  const { t, i18n } = useTranslation();
  const part = (name: string) => {
    const key = `errors.${error.code}.${name}`;
    return i18n.exists(key) ? t(key, error.params) : null;
  };
  const what = part("what");
  if (what !== null) return { what, detail: detailOf(error, t, i18n), why: part("why"), todo: part("todo") };
  return { what: t("errors.unknown.what"), detail: null, why: t("errors.unknown.why", { code: error.code }), todo: t("errors.unknown.todo") };
}

function detailOf({ code, params }: UiError, t: TFunction, i18n: i18n): string | null {
  const detail = details[code];
  const value = detail && params[detail.param];
  if (!detail || !value || !i18n.exists(detail.key(value))) return null;
  // The lists these texts come from know dates and names the error does not: the short form does without.
  return asSentence(t(detail.key(value), { ...params, context: "short" }));
}

const asSentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");

type Props = { error: UiError; onRetry?: (() => void) | undefined; onClose?: (() => void) | undefined; compact?: boolean; quiet?: boolean };

/** `quiet`: part of a list of states rather than the answer to what the user has just done. */
export function ErrorNotice({ error, onRetry, onClose, compact = false, quiet = false }: Props) {
  const { t } = useTranslation();
  const { what, detail, why, todo } = useErrorParts(error);
  const name = quiet ? "note" : "error";
  return (
    <div role={quiet ? undefined : "alert"} className={`${styles.notice} ${quiet ? styles.quiet : ""}`} data-testid={name} data-code={error.code}>
      <span className={styles.icon}>
        <Icon name={quiet ? "warning" : "error"} size={20} />
      </span>
      <div className={styles.body}>
        <p className={styles.what} data-testid={`${name}-what`}>{what}</p>
        {detail !== null && <p className={styles.detail} data-testid={`${name}-detail`}>{detail}</p>}
        {why !== null && <p data-testid={`${name}-why`}>{why}</p>}
        {todo !== null && <p className={styles.todo} data-testid={`${name}-todo`}>{todo}</p>}
        <div className={styles.foot}>
          <span className={styles.code} data-testid={`${name}-code`}>{t("ui.error.code", { code: error.code })}</span>
          {!compact && <CopyForSupport error={error} />}
          {onRetry && (error.retriable || !onClose) && (
            <Button variant="default" size="compact-sm" onClick={onRetry} data-testid="error-retry">{t("ui.error.retry")}</Button>
          )}
        </div>
      </div>
      {onClose && (
        <ActionIcon variant="subtle" color="gray" onClick={onClose} aria-label={t("ui.error.close")} data-testid="error-close">
          <Icon name="close" size={16} />
        </ActionIcon>
      )}
    </div>
  );
}

function CopyForSupport({ error }: { error: UiError }) {
  const { t } = useTranslation();
  const origin = useContext(OriginContext);
  // When it was shown is when it happened; a later one has a moment of its own.
  const [seen, setSeen] = useState(() => ({ error, at: new Date() }));
  if (seen.error !== error) setSeen({ error, at: new Date() });
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(supportText(t, error, seen.at, origin));
      setCopied(true);
    } catch {
      setCopied(false);
    }
  };
  return (
    <Button variant="subtle" size="compact-sm" leftSection={<Icon name={copied ? "check" : "copy"} size={14} />} onClick={() => void copy()} data-testid="error-copy">
      {copied ? t("ui.error.copied") : t("ui.error.copy")}
    </Button>
  );
}

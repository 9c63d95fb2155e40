/** The API key of the organisation: it can be replaced, never shown. */
import { Button, PasswordInput } from "@mantine/core";
import { useRef, useState, type FormEvent } from "react";
import { host } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Label } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import { useAppState } from "../app/AppState";
import styles from "./Settings.module.css";

export function ApiKeySetting() {
  const { t } = useTexts();
  const { state, accept } = useAppState();
  const input = useRef<HTMLInputElement>(null);
  const [saved, setSaved] = useState(false);
  const save = useAction(async () => {
    const value = input.current?.value.trim();
    if (!value) return input.current?.focus();
    accept(await host.setApiKey(value));
    if (input.current) input.current.value = "";
    setSaved(true);
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSaved(false);
    void save.run();
  };
  const has = state.organisation?.hasApiKey === true;
  return (
    <form onSubmit={submit} className={styles.field}>
      <Label tone={has ? "ok" : "warn"}>{t(has ? "ui.settings.apiKeySet" : "ui.settings.apiKeyMissing")}</Label>
      <div className={styles.key}>
        <PasswordInput
          ref={input} label={t("ui.settings.apiKeyNew")} autoComplete="off" spellCheck={false} data-testid="api-key"
          visibilityToggleButtonProps={{ "aria-label": t("ui.organisation.apiKeyShow") }}
        />
        <Button type="submit" variant="default" loading={save.busy} data-testid="api-key-save">{t("ui.settings.apiKeySave")}</Button>
        {saved && <Label tone="ok"><span role="status">{t("ui.settings.apiKeySaved")}</span></Label>}
      </div>
      <p className="muted small">{t("ui.organisation.apiKeyHint")}</p>
      {save.error && <ErrorNotice error={save.error} onClose={save.clear} />}
    </form>
  );
}

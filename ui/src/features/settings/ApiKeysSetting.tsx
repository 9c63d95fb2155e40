/** API keys, one for each employee: they can be added, replaced and removed, never shown. */
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useRef, useState, type FormEvent } from "react";
import { host, type ApiKeyView } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Label, Loading } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import { useAppState } from "../app/AppState";
import styles from "./Settings.module.css";

type Editing = { id: string | null; name: string } | null;

export function ApiKeysSetting() {
  const { t } = useTexts();
  const { state } = useAppState();
  // A sign-in changes what is known of a key; a form that is open stays meanwhile.
  const list = useHostQuery(`api-keys ${state.organisation?.id}`, () => host.apiKeys(), ["state-changed"]);
  const [editing, setEditing] = useState<Editing>(null);
  const remove = useAction(async (id: string, onlyNew: boolean) => {
    await host.removeApiKey(id, onlyNew);
    await list.reload();
  });
  if (list.error) return <ErrorNotice error={list.error} onRetry={() => void list.reload()} />;
  if (!list.data) return <Loading rows={1} />;
  return (
    <div className={styles.apiKeys} data-testid="api-keys">
      <p className="muted small">{t("ui.settings.apiKeysHint")}</p>
      {list.data.length === 0 && <Label tone="warn">{t("ui.settings.apiKeyMissing")}</Label>}
      {list.data.map((key) => (
        <KeyLine key={key.id} apiKey={key} busy={remove.busy} onReplace={() => setEditing({ id: key.id, name: key.name })} onRemove={(onlyNew) => void remove.run(key.id, onlyNew)} />
      ))}
      {remove.error && <ErrorNotice error={remove.error} onClose={remove.clear} />}
      {editing ? (
        <KeyForm
          editing={editing} onClose={() => setEditing(null)}
          onSaved={() => {
            setEditing(null);
            void list.reload();
          }}
        />
      ) : (
        <div><Button variant="default" leftSection={<Icon name="plus" size={16} />} onClick={() => setEditing({ id: null, name: "" })} data-testid="api-key-add">{t("ui.settings.keyring.add")}</Button></div>
      )}
    </div>
  );
}

type LineProps = { apiKey: ApiKeyView; busy: boolean; onReplace: () => void; onRemove: (onlyNew: boolean) => void };

function KeyLine({ apiKey, busy, onReplace, onRemove }: LineProps) {
  const { t, date } = useTexts();
  const [sure, setSure] = useState(false);
  const name = apiKey.name || t("ui.signIn.keyUnnamed");
  return (
    <div className={styles.apiKey} data-testid={`api-key-${apiKey.id}`}>
      <div className={styles.apiKeyHead}>
        <b>{name}</b>
        <span className="muted small">
          {[apiKey.snils && t("ui.settings.keyring.snils", { snils: apiKey.snils }), apiKey.lastUsed ? t("ui.settings.keyring.used", { when: date(apiKey.lastUsed) }) : t("ui.settings.keyring.unused")].filter(Boolean).join(" · ")}
        </span>
      </div>
      {apiKey.problem && <ErrorNotice error={apiKey.problem} quiet compact />}
      {apiKey.replacing && <Label tone="info">{t("ui.settings.keyring.replacing")}</Label>}
      {apiKey.replacingProblem && <ErrorNotice error={apiKey.replacingProblem} quiet compact />}
      {sure ? (
        <div className={styles.apiKeyActions}>
          <span>{t("ui.settings.keyring.removeSure", { name })}</span>
          <Button color="red" size="compact-md" loading={busy} onClick={() => onRemove(false)} data-testid="api-key-remove-sure">{t("ui.settings.keyring.remove")}</Button>
          <Button variant="default" size="compact-md" onClick={() => setSure(false)}>{t("ui.cancel")}</Button>
        </div>
      ) : (
        <div className={styles.apiKeyActions}>
          <Button variant="default" size="compact-md" onClick={onReplace} data-testid="api-key-replace">{t("ui.settings.keyring.replace")}</Button>
          {apiKey.replacing && <Button variant="subtle" size="compact-md" loading={busy} onClick={() => onRemove(true)} data-testid="api-key-drop-new">{t("ui.settings.keyring.dropNew")}</Button>}
          <Button variant="subtle" color="red" size="compact-md" onClick={() => setSure(true)} data-testid="api-key-remove">{t("ui.settings.keyring.remove")}</Button>
        </div>
      )}
    </div>
  );
}

type FormProps = { editing: { id: string | null; name: string }; onClose: () => void; onSaved: () => void };

function KeyForm({ editing, onClose, onSaved }: FormProps) {
  const { t } = useTexts();
  const [name, setName] = useState(editing.name);
  // The key stays in the field alone: no state of the page repeats it.
  const input = useRef<HTMLInputElement>(null);
  const save = useAction(async () => {
    const key = input.current?.value.trim();
    if (!key) return input.current?.focus();
    await host.saveApiKey({ id: editing.id, name, key });
    if (input.current) input.current.value = "";
    onSaved();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save.run();
  };
  return (
    <form onSubmit={submit} className={styles.field}>
      <div className={styles.key}>
        <TextInput label={t("ui.settings.keyring.name")} value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={100} data-testid="api-key-name" data-autofocus />
        <PasswordInput
          ref={input} label={t("ui.settings.apiKeyNew")} autoComplete="off" spellCheck={false} data-testid="api-key" miw={280}
          visibilityToggleButtonProps={{ "aria-label": t("ui.organisation.apiKeyShow") }}
        />
        <Button type="submit" loading={save.busy} data-testid="api-key-save">{t("ui.settings.keyring.save")}</Button>
        <Button variant="default" onClick={onClose}>{t("ui.cancel")}</Button>
      </div>
      {save.error && <ErrorNotice error={save.error} onClose={save.clear} />}
    </form>
  );
}

/** The way to the portal: proxy, lowest TLS version, gateway; and a look whether it leads anywhere. */
import { Button, SegmentedControl, Switch } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { host, type ConnectionSettings, type ProxyChoice } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import { useAppState } from "../app/AppState";
import { Address } from "./ConnectionAddress";
import { ConnectionChecks } from "./ConnectionChecks";
import styles from "./Settings.module.css";

const proxies: ProxyChoice[] = ["system", "none", "address"];
const own = ["ownEsia", "ownEpgu"] as const;
const gateways = ["esiaGateway", "epguGateway"] as const;

export function ConnectionSetting() {
  const { t } = useTexts();
  const { state, accept } = useAppState();
  const { connection } = state.settings;
  const [draft, setDraft] = useState(connection);
  const save = useAction(async (next: ConnectionSettings) => {
    accept(await host.saveSettings({ ...state.settings, connection: next }));
    return true;
  });
  const fields = state.environment === "custom" ? [...own, ...gateways] : gateways;
  const typed = draft.proxyAddress !== connection.proxyAddress || fields.some((field) => draft[field] !== connection[field]);
  const change = (next: Partial<ConnectionSettings>) => setDraft({ ...draft, ...next });
  const choose = (proxy: ProxyChoice) => {
    change({ proxy });
    // An address is yet to be typed.
    if (proxy !== "address") void save.run({ ...connection, proxy });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save.run(draft);
  };
  return (
    <form onSubmit={submit} className={styles.connection}>
      <div className={styles.field}>
        <span>{t("ui.connection.proxy")}</span>
        <div>
          <SegmentedControl
            value={draft.proxy} onChange={(value) => choose(value as ProxyChoice)} aria-label={t("ui.connection.proxy")} data-testid="proxy"
            data={proxies.map((value) => ({ value, label: t(`ui.connection.proxies.${value}`) }))}
          />
        </div>
      </div>
      {draft.proxy === "address" && (
        <Address name="proxyAddress" value={draft.proxyAddress} placeholder="proxy.example.ru:3128" onChange={change} />
      )}
      <Switch
        label={t("ui.connection.onlyTls13")} description={t("ui.connection.onlyTls13Hint")} checked={connection.onlyTls13} data-testid="only-tls13"
        onChange={(event) => void save.run({ ...connection, onlyTls13: event.currentTarget.checked })}
      />
      {state.environment === "custom" && own.map((name) => (
        <Address key={name} name={name} value={draft[name]} placeholder="https://" onChange={change} />
      ))}
      <p className="muted">{t("ui.connection.gatewayHint")}</p>
      {gateways.map((name) => <Address key={name} name={name} value={draft[name]} placeholder="127.0.0.1:1443" onChange={change} />)}
      {save.error && <ErrorNotice error={save.error} onClose={save.clear} />}
      <div className={styles.actions}>
        {(typed || (draft.proxy === "address" && connection.proxy !== "address")) && (
          <Button type="submit" loading={save.busy} leftSection={<Icon name="check" size={16} />} data-testid="save-connection">{t("ui.connection.save")}</Button>
        )}
      </div>
      <ConnectionChecks />
    </form>
  );
}


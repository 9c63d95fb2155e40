/** Time stamp services: the order in which they are asked. */
import { ActionIcon, Button, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { host } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import { useAppState } from "../app/AppState";
import styles from "./Settings.module.css";

export function StampServicesSetting() {
  const { t } = useTexts();
  const { state, accept } = useAppState();
  const [address, setAddress] = useState("");
  const services = state.settings.timeStampServices;
  const save = useAction(async (timeStampServices: string[]) => {
    accept(await host.saveSettings({ ...state.settings, timeStampServices }));
    return true;
  });
  const add = async (event: FormEvent) => {
    event.preventDefault();
    const next = address.trim();
    if (next === "" || services.includes(next)) return setAddress("");
    if (await save.run([...services, next])) setAddress("");
  };
  return (
    <>
      <p className="muted">{t("ui.settings.stampsHint")}</p>
      {services.length === 0 && state.environment !== "demo" && <p>{t("ui.settings.stampsNone")}</p>}
      {services.map((service) => (
        <div key={service} className={styles.service} data-testid="stamp-service">
          <span className="mono small">{service}</span>
          <ActionIcon
            variant="subtle" aria-label={t("ui.settings.stampsRemove", { address: service })} disabled={save.busy}
            onClick={() => void save.run(services.filter((one) => one !== service))} data-testid="stamp-service-remove"
          >
            <Icon name="close" size={16} />
          </ActionIcon>
        </div>
      ))}
      {save.error && <ErrorNotice error={save.error} onClose={save.clear} />}
      <form onSubmit={(event) => void add(event)} className={styles.key}>
        <TextInput
          label={t("ui.settings.stampsAddress")} value={address} onChange={(event) => setAddress(event.currentTarget.value)}
          placeholder="http://" spellCheck={false} autoComplete="off" data-testid="stamp-service-address"
        />
        <Button type="submit" variant="default" loading={save.busy} data-testid="stamp-service-add">{t("ui.settings.stampsAdd")}</Button>
      </form>
    </>
  );
}

/** First start in three steps: which portal, how the archive is protected, which organisation. */
import { Button, Radio } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAppState } from "../features/app/AppState";
import { useActivity } from "../features/app/useActivity";
import { RestoreInstead } from "../features/backups/RestoreInstead";
import { Address } from "../features/settings/ConnectionAddress";
import { OrganisationForm } from "../features/organisation/OrganisationForm";
import { BrowserWay } from "../features/session/BrowserWay";
import { host, type Environment, type PrefilledOrganisation, type Protection } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { Strip } from "../shared/Pieces";
import { useAction } from "../shared/useAction";
import styles from "./FirstStart.module.css";
import { Gate } from "./Gate";
import { VerifyLink } from "./VerifyAlone";

const environments = ["production", "test", "demo", "custom"] as const;
const protections = ["both", "passphrase", "keychain"] as const;

export function FirstStart() {
  const { t } = useTranslation();
  const { state, accept } = useAppState();
  const [environment, setEnvironment] = useState<Environment>("production");
  const [protecting, setProtecting] = useState(false);
  const [protection, setProtection] = useState<Protection>(state.keychainAvailable ? "both" : "passphrase");
  const [addresses, setAddresses] = useState({ ownEsia: state.settings.connection.ownEsia, ownEpgu: state.settings.connection.ownEpgu });
  const [prefilled, setPrefilled] = useState<PrefilledOrganisation>();
  const create = useAction(async () => accept(await host.createVault({ environment, protection })));
  const next = useAction(async () => {
    if (environment === "custom") accept(await host.saveSettings({ ...state.settings, connection: { ...state.settings.connection, ...addresses } }));
    setProtecting(true);
  });
  useActivity(state.phase === "no-organisation");
  const step = state.phase === "no-organisation" ? 2 : protecting ? 1 : 0;

  return (
    <Gate environment={step === 2 ? state.environment : step === 1 ? environment : null}>
      <Steps current={step} />
      {step === 0 && (
        <>
          <h1>{t("ui.firstStart.environment.title")}</h1>
          <p className="muted">{t("ui.firstStart.environment.lead")}</p>
          <Choices
            label={t("ui.firstStart.environment.title")} value={environment} onChange={setEnvironment}
            options={environments.map((value) => ({ value, name: t(`ui.environment.${value}.name`), hint: t(`ui.environment.${value}.choice`), disabled: false }))}
          />
          {environment === "custom" && (
            <div className={styles.choices}>
              {(["ownEsia", "ownEpgu"] as const).map((name) => (
                <Address key={name} name={name} value={addresses[name]} placeholder="https://" onChange={(change) => setAddresses({ ...addresses, ...change })} />
              ))}
            </div>
          )}
          {next.error && <ErrorNotice error={next.error} onClose={next.clear} />}
          <div className={styles.foot}>
            <Button
              onClick={() => void next.run()} loading={next.busy} disabled={environment === "custom" && (!addresses.ownEsia.trim() || !addresses.ownEpgu.trim())} rightSection={<Icon name="next" size={16} />} data-testid="first-start-next">{t("ui.firstStart.next")}</Button>
          </div>
          <RestoreInstead />
          <VerifyLink />
        </>
      )}
      {step === 1 && (
        <>
          <h1>{t("ui.firstStart.protection.title")}</h1>
          <p className="muted">{t("ui.firstStart.protection.lead")}</p>
          <Choices
            label={t("ui.firstStart.protection.title")} value={protection} onChange={setProtection}
            options={protections.map((value) => ({
              value, name: t(`ui.firstStart.protection.${value}.name`), hint: t(`ui.firstStart.protection.${value}.hint`),
              disabled: value !== "passphrase" && !state.keychainAvailable,
            }))}
          />
          {!state.keychainAvailable && <Strip tone="info"><p>{t("ui.firstStart.protection.noKeychain")}</p></Strip>}
          {create.error && <ErrorNotice error={create.error} onClose={create.clear} />}
          <div className={styles.foot}>
            <Button variant="default" onClick={() => setProtecting(false)} disabled={create.busy}>{t("ui.firstStart.back")}</Button>
            <Button onClick={() => void create.run()} loading={create.busy} data-testid="create-vault">
              {t(protection === "keychain" ? "ui.firstStart.protection.create" : "ui.firstStart.protection.createWithPassphrase")}
            </Button>
          </div>
        </>
      )}
      {step === 2 && (
        <>
          <h1>{t("ui.firstStart.organisation.title")}</h1>
          <p className="muted">{t("ui.firstStart.organisation.lead")}</p>
          <OrganisationForm key={prefilled?.inn} prefilled={prefilled} />
          {!prefilled && <BrowserWay onlyIfSetUp onPrefilled={setPrefilled} onDone={() => undefined} />}
        </>
      )}
    </Gate>
  );
}

function Steps({ current }: { current: number }) {
  const { t } = useTranslation();
  return (
    <ol className={styles.steps} aria-label={t("ui.firstStart.steps")}>
      {(["environment", "protection", "organisation"] as const).map((name, index) => (
        <li key={name} className={`${styles.step} ${index === current ? styles.current : ""}`} aria-current={index === current ? "step" : undefined}>
          <span className={styles.number}>{index < current ? <Icon name="check" size={13} /> : index + 1}</span>
          {t(`ui.firstStart.${name}.step`)}
        </li>
      ))}
    </ol>
  );
}

type Option<V extends string> = { value: V; name: string; hint: string; disabled: boolean };

function Choices<V extends string>({ label, value, onChange, options }: { label: string; value: V; onChange: (value: V) => void; options: Option<V>[] }) {
  return (
    <Radio.Group value={value} onChange={(next) => onChange(next as V)} aria-label={label}>
      <div className={styles.choices}>
        {options.map((option) => (
          <Radio.Card
            key={option.value} value={option.value} disabled={option.disabled} data-disabled={option.disabled || undefined}
            className={styles.choice} data-testid={`choice-${option.value}`}
          >
            <span className={styles.option}>
              <Radio.Indicator disabled={option.disabled} />
              <span>
                <span className={styles.name}>{option.name}</span>
                <br />
                <span className="muted">{option.hint}</span>
              </span>
            </span>
          </Radio.Card>
        ))}
      </div>
    </Radio.Group>
  );
}

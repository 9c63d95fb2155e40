/** Settings: what the everyday screens keep quiet about. Every change is saved at once. */
import { NativeSelect, SegmentedControl } from "@mantine/core";
import { useId, useState, type ReactNode } from "react";
import { useAppState } from "../features/app/AppState";
import { regionName } from "../features/organisation/regions";
import { ApiKeysSetting } from "../features/settings/ApiKeysSetting";
import { BackupsSetting } from "../features/settings/BackupsSetting";
import { ConnectionSetting } from "../features/settings/ConnectionSetting";
import { EsiaSetting } from "../features/settings/EsiaSetting";
import { HotFolderSetting } from "../features/settings/HotFolderSetting";
import { ModulesSetting } from "../features/settings/ModulesSetting";
import { NoticesSetting } from "../features/settings/NoticesSetting";
import { ProtectionSetting } from "../features/settings/ProtectionSetting";
import styles from "../features/settings/Settings.module.css";
import { StampServicesSetting } from "../features/settings/StampServicesSetting";
import { TrustSetting } from "../features/settings/TrustSetting";
import { host, type Language, type Settings as Values, type Theme } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Page } from "../shared/Page";
import { Facts, Label } from "../shared/Pieces";
import { useAction } from "../shared/useAction";
import { useTexts } from "../shared/useTexts";

/** Minutes; 0 = never. */
const timeouts = [5, 10, 15, 30, 60, 0];

export function Settings() {
  const { t } = useTexts();
  const { state, accept } = useAppState();
  const { settings, organisation } = state;
  const [saved, setSaved] = useState(false);
  const save = useAction(async (change: Partial<Values>) => {
    setSaved(false);
    accept(await host.saveSettings({ ...settings, ...change }));
    setSaved(true);
  });
  const minutes = timeouts.includes(settings.lockAfterMinutes) ? timeouts : [settings.lockAfterMinutes, ...timeouts];
  return (
    <Page title={t("ui.settings.title")} narrow actions={saved && <Label tone="ok"><span role="status">{t("ui.settings.saved")}</span></Label>}>
      <div className={styles.stack}>
        {save.error && <ErrorNotice error={save.error} onClose={save.clear} />}
        <Section title={t("ui.settings.appearance")}>
          <div className={styles.fields}>
            <Field label={t("ui.settings.language")}>
              <SegmentedControl
                value={settings.language} onChange={(value) => void save.run({ language: value as Language })} aria-label={t("ui.settings.language")} data-testid="language"
                data={(["ru", "en"] as const).map((value) => ({ value, label: t(`ui.settings.languages.${value}`) }))}
              />
            </Field>
            <Field label={t("ui.settings.theme")}>
              <SegmentedControl
                value={settings.theme} onChange={(value) => void save.run({ theme: value as Theme })} aria-label={t("ui.settings.theme")} data-testid="theme"
                data={(["system", "light", "dark"] as const).map((value) => ({ value, label: t(`ui.settings.themes.${value}`) }))}
              />
            </Field>
          </div>
        </Section>
        <Section title={t("ui.settings.security")}>
          <div className={styles.fields}>
            <NativeSelect
              label={t("ui.settings.lockAfter")} value={String(settings.lockAfterMinutes)} data-testid="lock-after"
              onChange={(event) => void save.run({ lockAfterMinutes: Number(event.currentTarget.value) })}
              data={minutes.map((value) => ({ value: String(value), label: value === 0 ? t("ui.settings.lockNever") : t("ui.settings.minutes", { count: value }) }))}
            />
          </div>
        </Section>
        <Section title={t("ui.protection.title")}><ProtectionSetting /></Section>
        {organisation && (
          <Section title={t("ui.settings.portal")}>
            <Facts
              rows={[
                [t("ui.settings.organisation"), organisation.name],
                [
                  t("ui.settings.requisites"),
                  [
                    t("ui.organisation.inn", { inn: organisation.inn }), t("ui.settings.ogrnValue", { ogrn: organisation.ogrn }),
                    organisation.kpp && t("ui.settings.kppValue", { kpp: organisation.kpp }),
                  ].filter(Boolean).join(", "),
                ],
                [t("ui.settings.region"), regionName(organisation.region)],
                [t("ui.settings.environment"), t(`ui.environment.${organisation.environment}.name`)],
              ]}
            />
            <h3>{t("ui.settings.apiKeys")}</h3>
            <ApiKeysSetting />
            <h3>{t("ui.settings.esia")}</h3>
            <EsiaSetting />
          </Section>
        )}
        <Section title={t("ui.connection.title")}><ConnectionSetting /></Section>
        {organisation && <Section title={t("ui.notices.title")}><NoticesSetting /></Section>}
        <Section title={t("ui.backups.title")}><BackupsSetting /></Section>
        {organisation && <Section title={t("ui.hotFolder.title")}><HotFolderSetting /></Section>}
        <Section title={t("ui.settings.trust")}><TrustSetting /></Section>
        <Section title={t("ui.settings.modules")}><ModulesSetting /></Section>
        <Section title={t("ui.settings.stamps")}><StampServicesSetting /></Section>
        <Section title={t("ui.settings.about")}>
          <Facts rows={[[t("ui.settings.version"), state.version]]} />
          <p className="muted small">{t("ui.settings.keys")}. {t("ui.settings.fonts")}.</p>
        </Section>
      </div>
    </Page>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

function Field({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={styles.field}>
      <span>{label}</span>
      {children}
    </div>
  );
}

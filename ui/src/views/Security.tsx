/** The safety of the account: how it stands, what to do about it, the check-up, the devices, and advice. */
import { Button } from "@mantine/core";
import { useState } from "react";
import styles from "../features/cabinet/Cabinet.module.css";
import { useAppState } from "../features/app/AppState";
import { host, type AccountView, type CheckUpView, type DeviceView, type SecurityView } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { Page } from "../shared/Page";
import { Card, Facts, Label, Loading, Strip, type Tone } from "../shared/Pieces";
import { useAction } from "../shared/useAction";
import { useHostQuery } from "../shared/useHostQuery";
import { useTexts } from "../shared/useTexts";

export function Security() {
  const { t } = useTexts();
  const { state } = useAppState();
  const page = useHostQuery(`security-${state.session?.signedInAt ?? ""}`, () => host.security(), ["cabinet-changed"]);
  const [newer, setNewer] = useState<SecurityView | null>(null);
  const view = newer ?? page.data;
  const reload = () => {
    setNewer(null);
    void page.reload();
  };
  return (
    <Page title={t("ui.security.title")} actions={<Button variant="default" leftSection={<Icon name="sync" size={16} />} onClick={reload} data-testid="refresh">{t("ui.organisations.refresh")}</Button>}>
      <div className={styles.stack}>
        {page.error && <ErrorNotice error={page.error} onRetry={reload} />}
        {!view && !page.error && <Loading rows={3} height={90} />}
        {view?.error && <ErrorNotice error={view.error} onRetry={reload} />}
        {view?.presence === "absent" && <Strip tone="info" testId="absent"><p>{t("ui.security.absent")}</p></Strip>}
        {view?.account && <Account account={view.account} />}
        {view && view.checkUp.length > 0 && <CheckUp lines={view.checkUp} />}
        {view?.presence === "present" && !view.error && <Devices devices={view.devices} accept={setNewer} />}
        <Card testId="tips"><div className={styles.section}>
          <h2>{t("ui.security.tips")}</h2>
          <ul className={styles.tips}>{(["devices", "password", "codes", "staff"] as const).map((tip) => <li key={tip}>{t(`ui.security.tip.${tip}`)}</li>)}</ul>
        </div></Card>
      </div>
    </Page>
  );
}

function Account({ account }: { account: AccountView }) {
  const { t, has, date, dateTime } = useTexts();
  const { lock, secondFactor, passwordDaysLeft: days } = account;
  const confirmed = has(`ui.security.confirmed.${account.confirmed}`) ? t(`ui.security.confirmed.${account.confirmed}`) : account.confirmed;
  const tone: Tone = account.confirmed === "confirmed" ? "ok" : account.confirmed === "in-review" ? "info" : "bad";
  const way = (code: string) => (has(`ui.security.ways.${code}`) ? t(`ui.security.ways.${code}`) : code);
  return (
    <Card testId="account"><div className={styles.section}>
      <h2>{t("ui.security.account")}</h2>
      {lock && (
        <Strip tone="bad" icon="lock" testId="lock-cause">
          <p><b>{t("ui.security.lockTitle")}</b></p>
          <p>{has(`ui.security.lock.${lock.cause}`) ? t(`ui.security.lock.${lock.cause}`) : lock.cause}. {lock.until && `${t("ui.security.lockUntil", { until: dateTime(lock.until) })}.`}</p>
          <p>{t(lock.selfService ? "ui.security.self" : "ui.security.support")}</p>
          <p className="muted">{t("ui.security.offline")}</p>
        </Strip>
      )}
      {days !== null && days <= 7 && (
        <Strip tone="warn" testId="password-soon"><p>{days < 0 ? t("ui.security.passwordOver") : t("ui.security.passwordSoon", { count: days })}</p></Strip>
      )}
      <Facts
        rows={[
          [t("ui.security.account"), <Label key="c" tone={tone}>{confirmed}</Label>],
          [t("ui.security.secondFactor"), secondFactor === null ? null : <Label key="f" tone={secondFactor ? "ok" : "bad"}>{t(secondFactor ? "ui.security.on" : "ui.security.off")}</Label>],
          [t("ui.security.password"), account.passwordExpires && date(account.passwordExpires)],
          [t("ui.security.contacts"), [account.phone, account.email].filter(Boolean).join(", ")],
        ]}
      />
      {secondFactor === false && <p className="muted small">{t("ui.security.offHint")}</p>}
      {account.confirmed !== "confirmed" && account.confirmWays.length > 0 && (
        <div data-testid="confirm-ways">
          <p>{t("ui.security.waysTitle")}:</p>
          <ul className={styles.tips}>{account.confirmWays.map((code) => <li key={code}>{way(code)}</li>)}</ul>
        </div>
      )}
    </div></Card>
  );
}

const checkTones: Record<string, Tone> = { ok: "ok", attention: "warn", bad: "bad" };

function CheckUp({ lines }: { lines: CheckUpView[] }) {
  const { t, has } = useTexts();
  return (
    <Card testId="check-up"><div className={styles.section}>
      <h2>{t("ui.security.checkUp")}</h2>
      <ul className={styles.list}>
        {lines.map((line) => (
          <li key={line.item} className={styles.line}>
            <div className={styles.head}>
              <span>{has(`ui.security.items.${line.item}`) ? t(`ui.security.items.${line.item}`) : line.item}</span>
              <Label tone={checkTones[line.state] ?? "warn"}>{t(`ui.security.states.${line.state}`)}</Label>
            </div>
            {line.detail && <span className="muted small">{line.detail}</span>}
          </li>
        ))}
      </ul>
    </div></Card>
  );
}

function Devices({ devices, accept }: { devices: DeviceView[]; accept: (view: SecurityView) => void }) {
  const { t, dateTime } = useTexts();
  const revoke = useAction(async (id: string) => accept(await host.revokeDevice(id)));
  return (
    <Card testId="devices"><div className={styles.section}>
      <h2>{t("ui.security.devices")}</h2>
      {revoke.error && <ErrorNotice error={revoke.error} onClose={revoke.clear} compact />}
      {devices.length === 0 && <p className="muted">{t("ui.security.noDevices")}</p>}
      <ul className={styles.list}>
        {devices.map((device) => (
          <li key={device.id} className={styles.line} data-testid={`device-${device.id}`}>
            <div className={styles.head}>
              <span className={styles.name}>{device.name || device.system}</span>
              <span className={styles.labels}>
                {device.current && <Label tone="accent" icon="check">{t("ui.security.thisDevice")}</Label>}
                {device.trusted && <Label tone="ok">{t("ui.security.trusted")}</Label>}
              </span>
            </div>
            <span className="muted small">
              {[device.name && device.system, device.place, device.lastSeen && t("ui.security.lastSeen", { at: dateTime(device.lastSeen) }), t("ui.security.sessions", { count: device.sessions })].filter(Boolean).join(" · ")}
            </span>
            <div><Button size="compact-sm" variant="default" disabled={revoke.busy} onClick={() => void revoke.run(device.id)} data-testid="revoke">{t("ui.security.revoke")}</Button></div>
          </li>
        ))}
      </ul>
    </div></Card>
  );
}

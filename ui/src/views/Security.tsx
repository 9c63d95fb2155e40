/** The safety of the account: how it stands, what to do about it, the check-up, the devices, and advice. */
import { Anchor, Button } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import styles from "../features/cabinet/Cabinet.module.css";
import { useAppState } from "../features/app/AppState";
import { host, type AccountView, type CheckUpView, type DeviceView, type SecurityView } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { Page } from "../shared/Page";
import { Card, Facts, Label, Loading, Strip, type Tone } from "../shared/Pieces";
import { go, paths } from "../shared/router";
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
  const portalPage = usePortalPage(reload);
  // Over when all is well, it is shown once more: what was put right makes the page load a second time.
  const linked = useRef<string | null>(null);
  if (view?.afterLinking) linked.current = view.afterLinking;
  const isWell = view !== null && view.checkUp.length > 0 && view.checkUp.every((line) => line.state === "ok");
  const afterLinking = view?.afterLinking ?? (isWell ? linked.current : null);
  const end = useAction(async () => {
    await host.endCheckUp();
    linked.current = null;
    reload();
  });
  return (
    <Page title={t("ui.security.title")} actions={<Button variant="default" leftSection={<Icon name="sync" size={16} />} onClick={reload} data-testid="refresh">{t("ui.organisations.refresh")}</Button>}>
      <div className={styles.stack}>
        {page.error && <ErrorNotice error={page.error} onRetry={reload} />}
        {!view && !page.error && <Loading rows={3} height={90} />}
        {view?.error && <ErrorNotice error={view.error} onRetry={reload} />}
        {view?.presence === "absent" && <Strip tone="info" testId="absent"><p>{t("ui.security.absent")}</p></Strip>}
        {(portalPage.error ?? end.error) && <ErrorNotice error={(portalPage.error ?? end.error)!} onClose={() => { portalPage.clear(); end.clear(); }} />}
        {view && afterLinking && <AfterLinking name={afterLinking} lines={view.checkUp} busy={end.busy || page.loading} again={reload} end={() => void end.run()} />}
        {view?.account && <Account account={view.account} openPage={portalPage.open} />}
        {view && view.checkUp.length > 0 && <CheckUp lines={view.checkUp} openPage={portalPage.open} />}
        {view?.presence === "present" && !view.error && <Devices devices={view.devices} accept={setNewer} />}
        <Card testId="tips"><div className={styles.section}>
          <h2>{t("ui.security.tips")}</h2>
          <ul className={styles.tips}>{(["devices", "password", "codes", "staff"] as const).map((tip) => <li key={tip}>{t(`ui.security.tip.${tip}`)}</li>)}</ul>
        </div></Card>
      </div>
    </Page>
  );
}

/** Opens pages of the portal in the browser of the system; who comes back from one sees how things stand then. */
function usePortalPage(reload: () => void) {
  const left = useRef(false);
  const opening = useAction(async (code: string) => {
    await host.openPortalPage(code);
    left.current = true;
  });
  useEffect(() => {
    const back = () => {
      if (!left.current) return;
      left.current = false;
      reload();
    };
    window.addEventListener("focus", back);
    return () => window.removeEventListener("focus", back);
  });
  return { open: (code: string) => void opening.run(code), error: opening.error, clear: opening.clear };
}

/** The check-up that opened by itself: what deviates, and that it is looked at again. */
function AfterLinking({ name, lines, busy, again, end }: { name: string; lines: CheckUpView[]; busy: boolean; again: () => void; end: () => void }) {
  const { t } = useTexts();
  const count = lines.filter((line) => line.state !== "ok").length;
  return (
    <Strip tone={count === 0 ? "ok" : "warn"} testId="after-linking">
      <p><b>{t("ui.security.afterLinking.title", { name })}</b></p>
      <p role="status">{count === 0 ? t("ui.security.afterLinking.fine") : t("ui.security.afterLinking.deviations", { count })}</p>
      {count > 0 && (
        <div className={styles.actions}>
          <Button size="compact-md" loading={busy} onClick={again} data-testid="check-again">{t("ui.security.afterLinking.again")}</Button>
          <Button size="compact-md" variant="default" disabled={busy} onClick={end} data-testid="check-end">{t("ui.security.afterLinking.done")}</Button>
        </div>
      )}
    </Strip>
  );
}

function Account({ account, openPage }: { account: AccountView; openPage: (code: string) => void }) {
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
        <div id="confirm-ways" tabIndex={-1} data-testid="confirm-ways">
          <p>{t("ui.security.waysTitle")}:</p>
          <ul className={styles.tips}>
            {account.confirmWays.map((code) => (
              <li key={code}>
                {account.pages.includes(`confirm-${code}`)
                  ? <Anchor component="button" type="button" inherit onClick={() => openPage(`confirm-${code}`)} title={t("ui.security.opens")} data-testid={`way-${code}`}>{way(code)}</Anchor>
                  : way(code)}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div></Card>
  );
}

const checkTones: Record<string, Tone> = { ok: "ok", attention: "warn", bad: "bad" };

/** Brings a part of this page into view, for the keyboard too. */
function show(id: string) {
  const part = document.getElementById(id);
  part?.scrollIntoView({ block: "center" });
  part?.focus({ preventScroll: true });
}

function CheckUp({ lines, openPage }: { lines: CheckUpView[]; openPage: (code: string) => void }) {
  const { t, has } = useTexts();
  const remedies: Record<string, () => void> = {
    page: () => openPage("security"), confirm: () => show("confirm-ways"), devices: () => show("devices"), organisations: () => go(paths.organisations),
  };
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
            {line.remedy && remedies[line.remedy] && (
              <div><Button size="compact-sm" variant="default" onClick={remedies[line.remedy]} title={line.remedy === "page" ? t("ui.security.opens") : undefined} data-testid={`remedy-${line.item}`}>{t(`ui.security.remedy.${line.remedy}`)}</Button></div>
            )}
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
    <Card testId="devices"><div className={styles.section} id="devices" tabIndex={-1}>
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

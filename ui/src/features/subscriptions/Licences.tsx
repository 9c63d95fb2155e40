/** Licences and permits with the days they have left, their files, and the way to renew them. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { host, type LicenceView } from "../../ipc";
import { Age } from "../../shared/Age";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Empty, Facts, Label, Loading, Strip, type Tone } from "../../shared/Pieces";
import { go, paths } from "../../shared/router";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import styles from "../cabinet/Cabinet.module.css";

/** Fewer days than that are a warning on the screen too. */
const SOON = 30;

export function Licences() {
  const { t, dateTime } = useTexts();
  const list = useHostQuery("licences", () => host.licences(true), ["cabinet-changed"]);
  const view = list.data;
  const soon = view?.items.filter((one) => one.daysLeft !== null && one.daysLeft >= 0 && one.daysLeft <= SOON).length ?? 0;
  return (
    <div className={styles.stack}>
      <div className={styles.tools}>
        <span className="muted small">{view?.at && <>{t("ui.subscriptions.at", { at: dateTime(view.at) })}<Age since={view.at} /></>}</span>
        <Button variant="default" leftSection={<Icon name="sync" size={16} />} loading={list.loading && view !== null} onClick={() => void list.reload()} data-testid="refresh">{t("ui.organisations.refresh")}</Button>
      </div>
      {list.error && <ErrorNotice error={list.error} onRetry={() => void list.reload()} />}
      {!view && !list.error && <Loading rows={3} height={110} />}
      {view?.presence === "absent" && <Strip tone="info" testId="absent"><p>{t("ui.licences.absent")}</p></Strip>}
      {view?.error && <ErrorNotice error={view.error} onRetry={() => void list.reload()} />}
      {soon > 0 && <Strip tone="warn" testId="licences-soon"><p>{t("ui.licences.soon", { count: soon })}</p></Strip>}
      {view && view.items.length === 0 && view.presence !== "absent" && (
        view.at ? <Empty icon="shield" title={t("ui.licences.empty")}>{t("ui.licences.emptyText")}</Empty>
          : <Empty icon="offline" title={t("ui.subscriptions.unknown")}>{t("ui.subscriptions.unknownText")}</Empty>
      )}
      {view && view.items.length > 0 && <ul className={styles.cards} aria-label={t("ui.licences.tab")} data-testid="licences">{view.items.map((one) => <Row key={one.number} one={one} />)}</ul>}
    </div>
  );
}

function toneOf(days: number): Tone {
  if (days < 0 || days <= 7) return "bad";
  return days <= 90 ? "warn" : "ok";
}

function Row({ one }: { one: LicenceView }) {
  const { t, date } = useTexts();
  const [saved, setSaved] = useState(false);
  const save = useAction(async () => setSaved(await host.saveLicence(one.number)));
  const days = one.daysLeft;
  const { service } = one;
  return (
    <li className={styles.card} data-testid={`licence-${one.number}`}>
      <div className={styles.head}>
        <h3 className={styles.name}>{one.title}</h3>
        {days !== null && <Label tone={toneOf(days)}>{days < 0 ? t("ui.licences.over") : t("ui.licences.left", { count: days })}</Label>}
      </div>
      <p className="muted small">{t("ui.licences.number", { number: one.number })}</p>
      <Facts
        rows={[
          [t("ui.licences.agency"), one.agency], [t("ui.licences.issued"), one.issued && date(one.issued)], [t("ui.licences.ends"), one.ends ? date(one.ends) : t("ui.licences.noTerm")],
          [t("ui.licences.order"), one.order && <a key="order" href={`#${paths.order(one.order)}`}>№ {one.order}</a>],
        ]}
      />
      {save.error && <ErrorNotice error={save.error} onClose={save.clear} compact />}
      {saved && <p role="status" className="small">{t("ui.licences.saved")}</p>}
      <div className={styles.actions}>
        {service !== null && days !== null && <Button size="compact-md" variant={days <= 90 ? "filled" : "default"} onClick={() => go(paths.service(service, one.number))} data-testid="renew">{t("ui.licences.renew")}</Button>}
        {one.hasFile && <Button size="compact-md" variant="default" leftSection={<Icon name="save" size={16} />} loading={save.busy} onClick={() => void save.run()} data-testid="save">{t("ui.licences.save")}</Button>}
      </div>
    </li>
  );
}

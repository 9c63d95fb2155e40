/** The feed of the portal, newest first: what is unread and important stands out, and each leads where it is about. */
import { Button } from "@mantine/core";
import { useState } from "react";
import styles from "../features/cabinet/Cabinet.module.css";
import { host, type Notifications as Feed, type NotificationView } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon, type IconName } from "../shared/Icon";
import { Page } from "../shared/Page";
import { Card, Empty, Label, Loading, Strip, type Tone } from "../shared/Pieces";
import { go, paths } from "../shared/router";
import { useAction } from "../shared/useAction";
import { useHostQuery } from "../shared/useHostQuery";
import { useTexts } from "../shared/useTexts";

/** Sections of the portal that have a screen here; the others are read and no more. */
const places: Record<string, string> = {
  orders: paths.outbox, order: paths.outbox, applications: paths.outbox, documents: paths.documents(), devices: paths.security, security: paths.security, organisations: paths.organisations,
  links: paths.organisations, registrations: paths.organisations, calendar: paths.calendar, deadlines: paths.calendar, certificates: paths.tokens, subscriptions: paths.subscriptions(), licences: paths.subscriptions("licences"), inspections: paths.inspections, poa: paths.poas(),
};
const icons: Record<string, IconName> = { order: "outbox", security: "shield", system: "info", deadline: "calendar", news: "info", director: "person" };
const tones: Record<string, Tone> = { security: "bad", deadline: "warn", director: "warn" };

export function Notifications() {
  const { t, dateTime } = useTexts();
  const feed = useHostQuery("notifications", () => host.notifications(true), ["cabinet-changed"]);
  const [newer, setNewer] = useState<Feed | null>(null);
  const shown = newer ?? feed.data;
  const reload = () => {
    setNewer(null);
    void feed.reload();
  };
  const read = useAction(async (id: string) => setNewer(await host.readNotification(id)));
  return (
    <Page
      title={t("ui.notifications.title")} lead={shown?.at && <p className="muted">{t("ui.notifications.at", { at: dateTime(shown.at) })}{shown.unread > 0 && `, ${t("ui.notifications.unread", { count: shown.unread })}`}</p>}
      actions={<Button variant="default" leftSection={<Icon name="sync" size={16} />} onClick={reload} data-testid="refresh">{t("ui.notifications.refresh")}</Button>}
    >
      <div className={styles.stack}>
        {feed.error && <ErrorNotice error={feed.error} onRetry={reload} />}
        {read.error && <ErrorNotice error={read.error} onClose={read.clear} />}
        {!shown && !feed.error && <Loading rows={5} height={64} />}
        {shown?.error && <ErrorNotice error={shown.error} onRetry={reload} />}
        {shown?.presence === "absent" && <Strip tone="info" testId="absent"><p>{t("ui.notifications.absent")}</p></Strip>}
        {shown && shown.items.length === 0 && shown.presence !== "absent" && <Empty icon="bell" title={t("ui.notifications.empty")}>{t("ui.notifications.emptyText")}</Empty>}
        {shown && shown.items.length > 0 && (
          <Card>
            <ul className={styles.list} data-testid="feed">{shown.items.map((one) => <Item key={one.id} one={one} busy={read.busy} onRead={() => void read.run(one.id)} />)}</ul>
          </Card>
        )}
      </div>
    </Page>
  );
}

function Item({ one, busy, onRead }: { one: NotificationView; busy: boolean; onRead: () => void }) {
  const { t, has, when } = useTexts();
  const place = one.section === "poa" && one.target ? paths.poa(one.target) : one.section === null ? undefined : places[one.section];
  const alarming = !one.read && (one.important || one.kind === "security");
  return (
    <li className={styles.line} data-testid={`notification-${one.id}`} data-read={one.read}>
      <div className={styles.head}>
        <span className={one.read ? undefined : styles.unread}>{one.title}</span>
        <span className={styles.labels}>
          <Label tone={alarming ? (tones[one.kind] ?? "warn") : "quiet"} icon={icons[one.kind]}>{has(`ui.notifications.kinds.${one.kind}`) ? t(`ui.notifications.kinds.${one.kind}`) : one.kind}</Label>
          {one.important && <Label tone={one.read ? "quiet" : "bad"}>{t("ui.notifications.important")}</Label>}
          {one.at && <span className="muted small">{when(one.at)}</span>}
        </span>
      </div>
      {one.text && <p>{one.text}</p>}
      {(place || !one.read) && (
        <div className={styles.actions}>
          {place && <Button size="compact-sm" variant="light" onClick={() => go(place)} data-testid="go">{t("ui.notifications.go")}</Button>}
          {!one.read && <Button size="compact-sm" variant="subtle" disabled={busy} onClick={onRead} data-testid="read">{t("ui.notifications.read")}</Button>}
        </div>
      )}
    </li>
  );
}

/** How things stand, in numbers; each leads to what it counts (STAT-09). */
import { host, type Today } from "../../ipc";
import { paths } from "../../shared/router";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import { usePermission } from "../cabinet/usePermission";
import styles from "./InformationPanel.module.css";

/** Days ahead in which terms are counted. */
const AHEAD = 14;
const DAY_MS = 86_400_000;
const iso = (from: Date) => new Date(from.getTime() - from.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);

export function InformationPanel({ orders, certificates }: { orders: Today["orders"]; certificates: number | null }) {
  const { t, number } = useTexts();
  const { refused } = usePermission("applications.track");
  const now = new Date();
  const terms = useHostQuery("panel-terms", () => host.calendar(iso(now), iso(new Date(now.getTime() + AHEAD * DAY_MS))), ["calendar-changed"]);
  // What is kept here: the panel asks nobody.
  const licences = useHostQuery("panel-licences", () => host.licences(false), ["cabinet-changed"]).data;
  const inspections = useHostQuery("panel-inspections", () => host.inspections(false), ["cabinet-changed"]).data;
  const poas = useHostQuery("panel-poas", host.poaCounts, ["documents-changed"]).data;
  // Of powers of attorney only what wants something is told of.
  const wanting = (count: number | undefined) => (count ? count : null);
  const feed = useHostQuery("panel-feed", () => host.notifications(false), ["state-changed", "cabinet-changed"]);
  const counts: [string, number | null | undefined, string][] = [
    ["open", refused ? null : orders.open, paths.ordersGroup("open")],
    ["watched", refused ? null : orders.watched, paths.ordersGroup("watched")],
    ["all", refused ? null : orders.all, paths.orders],
    ["terms", terms.data?.entries.filter((entry) => !entry.done).length, paths.calendar],
    ["unread", feed.data?.presence === "absent" ? null : feed.data?.unread, paths.notifications],
    ["licences", licences?.at ? licences.items.filter((one) => one.warning !== null).length : null, paths.subscriptions("licences")],
    ["inspections", inspections?.at ? inspections.items.filter((one) => one.open).length : null, paths.inspections],
    ["poaWaiting", wanting(poas?.waiting), paths.poas("waiting")],
    ["poaRefused", wanting(poas?.refused), paths.poas("refused")],
    ["poaEnding", wanting(poas?.ending), paths.poas("ending")],
    ["poaUnconfirmed", wanting(poas?.unconfirmed), paths.poas("unconfirmed")],
    ["certificates", certificates, paths.tokens],
  ];
  return (
    <ul className={styles.panel} aria-label={t("ui.today.panel.label")} data-testid="panel">
      {counts.map(([what, count, path]) => typeof count === "number" && (
        <li key={what}>
          <a className={styles.count} href={`#${path}`} data-testid={`panel-${what}`}>
            <b>{number(count)}</b>
            <span>{t(`ui.today.panel.${what}`)}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

/** Inspections of the organisation: those ahead and under way with the papers asked for, then those that are over (STAT-07). */
import { Button } from "@mantine/core";
import cabinet from "../features/cabinet/Cabinet.module.css";
import { InspectionCard } from "../features/inspections/InspectionCard";
import { OrdersTabs } from "../features/orders/OrdersTabs";
import { host, type InspectionView } from "../ipc";
import { Age } from "../shared/Age";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { Page } from "../shared/Page";
import { Empty, Loading, Strip } from "../shared/Pieces";
import { useHostQuery } from "../shared/useHostQuery";
import { useTexts } from "../shared/useTexts";

export function Inspections() {
  const { t, dateTime } = useTexts();
  const list = useHostQuery("inspections", () => host.inspections(true), ["cabinet-changed"]);
  const view = list.data;
  const silent = !view || view.refused !== null || view.presence === "absent";
  const groups: [string, InspectionView[]][] = [["open", view?.items.filter((one) => one.open) ?? []], ["over", view?.items.filter((one) => !one.open) ?? []]];
  return (
    <Page title={t("ui.orders.title")}>
      <OrdersTabs current="inspections">
        <div className={cabinet.stack}>
          {!view?.refused && (
            <div className={cabinet.tools}>
              <span className="muted small">{view?.at ? <>{t("ui.subscriptions.at", { at: dateTime(view.at) })}<Age since={view.at} /></> : t("ui.inspections.lead")}</span>
              <Button variant="default" leftSection={<Icon name="sync" size={16} />} loading={list.loading && view !== null} onClick={() => void list.reload()} data-testid="refresh">{t("ui.organisations.refresh")}</Button>
            </div>
          )}
          {list.error && <ErrorNotice error={list.error} onRetry={() => void list.reload()} />}
          {!view && !list.error && <Loading rows={3} height={130} />}
          {view?.refused && <Empty icon="shield" title={t("ui.inspections.refused")}>{view.refused.params["reason"] || t("ui.inspections.refusedText")}</Empty>}
          {view?.presence === "absent" && !view.refused && <Strip tone="info" testId="absent"><p>{t("ui.inspections.absent")}</p></Strip>}
          {view?.error && <ErrorNotice error={view.error} onRetry={() => void list.reload()} />}
          {!silent && view.items.length === 0 && (
            view.at ? <Empty icon="ok" title={t("ui.inspections.empty")}>{t("ui.inspections.emptyText")}</Empty>
              : <Empty icon="offline" title={t("ui.inspections.unknown")}>{t("ui.inspections.unknownText")}</Empty>
          )}
          {!silent && groups.map(([name, items]) => items.length > 0 && (
            <section key={name} className={cabinet.section} aria-labelledby={`inspections-${name}`}>
              <h2 id={`inspections-${name}`}>{t(`ui.inspections.${name}`)}</h2>
              <ul className={cabinet.cards} data-testid={`inspections-${name}`}>{items.map((one) => <InspectionCard key={one.id} one={one} />)}</ul>
            </section>
          ))}
        </div>
      </OrdersTabs>
    </Page>
  );
}

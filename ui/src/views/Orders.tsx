/** Everything the organisation has filed, here or elsewhere: where each stands, narrowed by date, service, status and words. */
import { Button, CloseButton, NativeSelect, Popover, SegmentedControl, TextInput } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import styles from "../features/orders/Orders.module.css";
import { OrdersTabs } from "../features/orders/OrdersTabs";
import { useAppState } from "../features/app/AppState";
import { Statistics } from "../features/orders/Statistics";
import { host, type OrderItem, type OrderList, type OrderQuery } from "../ipc";
import { Age } from "../shared/Age";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { Page } from "../shared/Page";
import { anyDay, isChosen, PeriodField } from "../shared/PeriodField";
import { Empty, Label, Loading } from "../shared/Pieces";
import { go, paths } from "../shared/router";
import { usePages } from "../shared/usePages";
import { useTexts } from "../shared/useTexts";
import { VirtualTable, type Column } from "../shared/VirtualTable";

const TYPING_PAUSE_MS = 200;
const groups = ["all", "open", "watched"] as const;
type Group = (typeof groups)[number];
type Narrow = Pick<OrderQuery, "days" | "service" | "status" | "text"> & { group: Group };
const wide: Narrow = { days: anyDay, service: null, status: null, text: "", group: "all" };

export function Orders({ group: first = "all" }: { group?: string }) {
  const { t, number } = useTexts();
  const [narrow, setNarrow] = useState<Narrow>({ ...wide, group: groups.find((one) => one === first) ?? "all" });
  const [typed, setTyped] = useState("");
  const [kinds, setKinds] = useState<Pick<OrderList, "statuses" | "services">>({ statuses: [], services: [] });
  useEffect(() => {
    const timer = setTimeout(() => setNarrow((old) => ({ ...old, text: typed.trim() })), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const { group, ...asked } = narrow;
  const pages = usePages<OrderItem>(
    JSON.stringify(narrow),
    async (offset, limit) => {
      const list = await host.orders({ ...asked, open: group === "open", watched: group === "watched", offset, limit });
      setKinds(list);
      return list;
    },
    ["orders-changed", "outbox-changed"],
  );
  const { total } = pages;
  const filtered = JSON.stringify(narrow) !== JSON.stringify(wide);
  const reset = () => {
    setTyped("");
    setNarrow(wide);
  };
  return (
    <Page title={t("ui.orders.title")} fill>
      <OrdersTabs current="orders">
        <div className={styles.tools}>
          <TextInput
            className={styles.search ?? ""} type="search" value={typed} onChange={(event) => setTyped(event.currentTarget.value)} placeholder={t("ui.orders.search")}
            aria-label={t("ui.orders.searchLabel")} leftSection={<Icon name="search" size={16} />} data-testid="orders-search"
            rightSection={typed !== "" && <CloseButton size="sm" onClick={() => setTyped("")} aria-label={t("ui.documents.clear")} />}
          />
          <Dates days={narrow.days} onDays={(days) => setNarrow({ ...narrow, days })} />
          <NativeSelect
            className={styles.select ?? ""} value={narrow.service ?? ""} onChange={(event) => setNarrow({ ...narrow, service: event.currentTarget.value || null })}
            aria-label={t("ui.orders.service")} data-testid="orders-service"
            data={[{ value: "", label: t("ui.orders.anyService") }, ...kinds.services.map(({ code, title }) => ({ value: code, label: title }))]}
          />
          <NativeSelect
            className={styles.select ?? ""} value={narrow.status ?? ""} onChange={(event) => setNarrow({ ...narrow, status: event.currentTarget.value || null })}
            aria-label={t("ui.orders.status")} data-testid="orders-status"
            data={[{ value: "", label: t("ui.orders.anyStatus") }, ...kinds.statuses.map((value) => ({ value, label: value }))]}
          />
          <SegmentedControl
            size="sm" value={group} onChange={(value) => setNarrow({ ...narrow, group: value as Group })} aria-label={t("ui.orders.show")} data-testid="orders-group"
            data={groups.map((value) => ({ value, label: t(`ui.orders.groups.${value}`) }))}
          />
          <Statistics />
        </div>
        {pages.error && <ErrorNotice error={pages.error} onRetry={pages.reload} />}
        {total === null && !pages.error && <Loading rows={8} height={54} />}
        {total === 0 && !filtered && <Empty icon="documents" title={t("ui.orders.none.title")}>{t("ui.orders.none.text")}</Empty>}
        {total === 0 && filtered && (
          <Empty icon="search" title={t("ui.orders.notFound.title")} action={<Button variant="default" onClick={reset}>{t("ui.orders.notFound.reset")}</Button>}>
            {t("ui.orders.notFound.text")}
          </Empty>
        )}
        {total !== null && total > 0 && <Table pages={pages} />}
        <div className={`${styles.foot} muted small`}>
          <LastExchange />
          {total !== null && total > 0 && <span role="status" data-testid="orders-count">{t("ui.orders.found", { count: total, formatted: number(total) })}</span>}
        </div>
      </OrdersTabs>
    </Page>
  );
}

function Dates({ days, onDays }: { days: OrderQuery["days"]; onDays: (days: OrderQuery["days"]) => void }) {
  const { t } = useTexts();
  return (
    <Popover position="bottom-end" trapFocus returnFocus withinPortal shadow="md">
      <Popover.Target>
        <Button variant={isChosen(days) ? "light" : "default"} leftSection={<Icon name="calendar" size={16} />} data-testid="orders-days">{t("ui.orders.changed")}</Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("ui.orders.changed")}>
        <PeriodField label={t("ui.orders.changed")} days={days} onChange={onDays} testId="orders-changed" />
      </Popover.Dropdown>
    </Popover>
  );
}

function LastExchange() {
  const { t, dateTime } = useTexts();
  const { state } = useAppState();
  return (
    <span data-testid="orders-exchanged">
      {state.lastSync ? t("ui.orders.exchanged", { when: dateTime(state.lastSync) }) : t("ui.orders.never")}
      {state.lastSync && <Age since={state.lastSync} />}
    </span>
  );
}

function Table({ pages }: { pages: ReturnType<typeof usePages<OrderItem>> }) {
  const { t, when } = useTexts();
  const columns = useMemo<Column<OrderItem>[]>(
    () => [
      { id: "order", header: () => t("ui.orders.column.application"), cell: ({ row }) => row.original.row && <Named row={row.original.row} /> },
      { id: "status", header: () => t("ui.orders.status"), cell: ({ row }) => row.original.row && <Standing row={row.original.row} /> },
      {
        id: "updated", header: () => t("ui.orders.column.updated"),
        cell: ({ row }) => <span className="muted small nowrap">{row.original.row && when(row.original.row.updated)}</span>,
      },
    ],
    [t, when],
  );
  return (
    <VirtualTable
      label={t("ui.orders.title")} columns={columns} rows={pages.slots} rowHeight={56} className={styles.columns} testId="orders" rowId={(row) => row.id}
      onRange={pages.show} onOpen={(row) => go(paths.order(row.id))} toneOf={(row) => (row.hasQuestion ? "warn" : undefined)}
    />
  );
}

function Named({ row }: { row: OrderItem }) {
  const { t } = useTexts();
  return (
    <div className={styles.cell}>
      <span className={`${styles.line} ${row.serviceTitle ? styles.name : "muted"}`} title={row.serviceTitle}>{row.serviceTitle || t("ui.orders.unknownService")}</span>
      <span className={styles.notes}>
        <span className="mono muted">{t("ui.orders.number", { id: row.id })}</span>
        {row.authority && <span className={`${styles.line} muted`}>{row.authority}</span>}
      </span>
    </div>
  );
}

function Standing({ row }: { row: OrderItem }) {
  const { t, date } = useTexts();
  return (
    <div className={styles.cell}>
      <span className={styles.line} title={row.status}>{row.status}</span>
      <span className={styles.notes}>
        {row.hasQuestion && <Label tone="warn">{row.answerUntil ? t("ui.orders.questionUntil", { until: date(row.answerUntil) }) : t("ui.orders.question")}</Label>}
        {row.watched && <Label tone="info">{t("ui.orders.watched")}</Label>}
      </span>
    </div>
  );
}

/** The register of powers of attorney: those the organisation gave and those given to it, each with where it stands (POA-01). */
import { Button } from "@mantine/core";
import { useCallback, useEffect, useState, type RefObject } from "react";
import { useAppState } from "../features/app/AppState";
import { beginPoa, NewPoa } from "../features/poa/NewPoa";
import styles from "../features/poa/Poa.module.css";
import { PoaFilters } from "../features/poa/PoaFilters";
import { PoasTable } from "../features/poa/PoasTable";
import { isShown, queryOf, wide, type Narrow, type Order } from "../features/poa/search";
import { host, type PoaRow } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Page } from "../shared/Page";
import { Empty, Loading, Strip } from "../shared/Pieces";
import { useAction } from "../shared/useAction";
import { usePages } from "../shared/usePages";
import { useTexts } from "../shared/useTexts";

/** `narrowing` is how the register was left for a card. */
export function Poas({ group, narrowing }: { group: string; narrowing: RefObject<Narrow> }) {
  const { t, number } = useTexts();
  const { state } = useAppState();
  // An address that names a group wants to see just that; afterwards the person narrows.
  const [asked, setAsked] = useState(group);
  const [narrow, setNarrowed] = useState<Narrow>(() => (isShown(group) ? { ...wide, show: group } : narrowing.current));
  if (asked !== group) {
    setAsked(group);
    setNarrowed(isShown(group) ? { ...wide, show: group } : wide);
  }
  useEffect(() => {
    narrowing.current = narrow;
  }, [narrow, narrowing]);
  const setNarrow = useCallback((change: (old: Narrow) => Narrow) => setNarrowed((old) => change(old)), []);
  const key = JSON.stringify(narrow);
  const pages = usePages<PoaRow>(
    key,
    async (offset) => {
      const { items, total } = await host.poas({ ...queryOf(narrow), offset });
      return { rows: items, total: total ?? 0 };
    },
    ["documents-changed", "cabinet-changed"],
  );
  const sync = useAction(async () => {
    const found = await host.syncPoas();
    pages.reload();
    return found;
  });
  const [news, setNews] = useState<number | null>(null);
  const syncNow = async () => {
    const found = await sync.run();
    setNews(found);
    return found;
  };
  const begin = useAction(beginPoa);
  const { total } = pages;
  const filtered = key !== JSON.stringify({ ...wide, order: narrow.order });
  const reset = () => setNarrowed((old) => ({ ...wide, order: old.order }));
  const onOrder = useCallback((order: Order | null) => setNarrow((old) => ({ ...old, order })), [setNarrow]);
  return (
    <Page title={t("ui.poas.title")} fill actions={<NewPoa begin={begin} sync={{ ...sync, run: syncNow }} onChanged={pages.reload} />}>
      {state.network === "offline" && <div className={styles.strip}><Strip tone="info" icon="offline" testId="poas-offline"><p>{t("ui.poas.offline")}</p></Strip></div>}
      {sync.error && <ErrorNotice error={sync.error} onClose={sync.clear} onRetry={() => void syncNow()} />}
      {begin.error && <ErrorNotice error={begin.error} onClose={begin.clear} />}
      <PoaFilters narrow={narrow} onNarrow={setNarrow} />
      {pages.error && <ErrorNotice error={pages.error} onRetry={pages.reload} />}
      {total === null && !pages.error && <Loading rows={8} height={56} />}
      {total === 0 && !filtered && (
        <Empty icon="poa" title={t("ui.poas.none.title")} action={<Button onClick={() => void begin.run()} loading={begin.busy} data-testid="poa-new-first">{t("ui.poas.new")}</Button>}>
          {t("ui.poas.none.text")}
        </Empty>
      )}
      {total === 0 && filtered && (
        <Empty icon="search" title={t("ui.orders.notFound.title")} action={<Button variant="default" onClick={reset} data-testid="poas-reset">{t("ui.orders.notFound.reset")}</Button>}>
          {t("ui.orders.notFound.text")}
        </Empty>
      )}
      {total !== null && total > 0 && <PoasTable pages={pages} order={narrow.order} onOrder={onOrder} />}
      <div className={`${styles.foot} muted small`}>
        <span role="status" data-testid="poas-count">{total !== null && total > 0 && t("ui.poas.found", { count: total, formatted: number(total) })}</span>
        {news !== null && <span role="status" data-testid="poas-news">{news === 0 ? t("ui.poas.noNews") : t("ui.poas.news", { count: news })}</span>}
      </div>
    </Page>
  );
}

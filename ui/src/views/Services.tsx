/** The catalogue of services: searched and narrowed offline, with what is marked, begun often and searched for beside it. */
import { Button, CloseButton, Modal, NativeSelect, Switch, TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { Side } from "../features/services/Side";
import styles from "../features/services/Services.module.css";
import { Star } from "../features/services/Star";
import { fee, term } from "../features/services/words";
import { host, type ServiceCatalogue, type ServiceItem, type ServiceOrder, type ServiceQuery, type UiError } from "../ipc";
import { Age } from "../shared/Age";
import { Chips } from "../shared/Chips";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { Page } from "../shared/Page";
import { Empty, Label, Loading, Strip } from "../shared/Pieces";
import { paths } from "../shared/router";
import { useAction } from "../shared/useAction";
import { useHostQuery } from "../shared/useHostQuery";
import { useTexts } from "../shared/useTexts";

const TYPING_PAUSE_MS = 200;
/** Every condition said, also those that narrow nothing. */
type Query = Required<ServiceQuery>;
const everything: Query = { text: "", category: null, agency: null, maxDays: null, fee: null, fitting: false, favourites: false };
const orders: readonly ServiceOrder[] = ["popularity", "title", "term"];
const terms = [1, 5, 10, 30] as const;
const rowCounts = [20, 50, 100, 200] as const;

export function Services() {
  const { t, number, dateTime } = useTexts();
  const [query, setQuery] = useState<Query>(everything);
  const [typed, setTyped] = useState("");
  const [pages, setPages] = useState(1);
  const [naming, setNaming] = useState(false);
  const [failed, setFailed] = useState<UiError | null>(null);
  const last = useRef<ServiceCatalogue | null>(null);
  const [listing, setListing] = useState<Required<ServiceCatalogue["listing"]>>({ order: "popularity", rows: 20 });
  const asked = { query, rows: pages * listing.rows };
  const list = useHostQuery(JSON.stringify(asked), () => host.services(asked.query, asked.rows, false), ["services-changed"]);
  // Old rows stay until the new ones are there.
  if (list.data) last.current = list.data;
  const told = list.data ?? last.current;
  const kept = list.data?.listing;
  useEffect(() => {
    if (kept) setListing((old) => ({ ...old, ...kept }));
  }, [kept]);
  const renew = useAction(() => host.services(everything, 1, true));
  const [error, setError] = useState<UiError | null>(null);
  const ask = async () => {
    const answer = await renew.run();
    setError(answer?.error ?? null);
    await list.reload();
  };
  const asking = useRef(ask);
  asking.current = ask;
  useEffect(() => void asking.current(), []);
  useEffect(() => {
    const timer = setTimeout(() => { setPages(1); setQuery((old) => ({ ...old, text: typed.trim() })); }, TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const narrow = (change: Partial<Query>) => { setPages(1); setQuery((old) => ({ ...old, ...change })); };
  const search = (wanted: ServiceQuery) => { const whole = { ...everything, ...wanted }; setPages(1); setTyped(whole.text); setQuery(whole); };
  const relist = useAction((change: Partial<ServiceCatalogue["listing"]>) => host.listServicesSo({ ...listing, ...change }));
  const filtered = JSON.stringify(query) !== JSON.stringify(everything);
  const chips: [string, Partial<Query>][] = [
    ...(query.category ? [[query.category, { category: null }] as [string, Partial<Query>]] : []),
    ...(query.agency ? [[query.agency, { agency: null }] as [string, Partial<Query>]] : []),
    ...(query.maxDays !== null ? [[t("ui.services.within", { count: query.maxDays }), { maxDays: null }] as [string, Partial<Query>]] : []),
    ...(query.fee ? [[t(`ui.services.fee.${query.fee}`), { fee: null }] as [string, Partial<Query>]] : []),
    ...(query.fitting ? [[t("ui.services.fitting"), { fitting: false }] as [string, Partial<Query>]] : []),
    ...(query.favourites ? [[t("ui.services.onlyFavourites"), { favourites: false }] as [string, Partial<Query>]] : []),
  ];
  const problem = list.error ?? renew.error ?? relist.error ?? failed;
  return (
    <Page
      title={t("ui.services.title")} lead={<p className="muted small">{t("ui.services.lead")}</p>}
      actions={<Button variant="default" leftSection={<Icon name="sync" />} loading={renew.busy} onClick={() => void ask()} data-testid="services-renew">{t("ui.services.renew")}</Button>}
    >
      <div className={styles.tools}>
        <TextInput
          className={styles.search ?? ""} type="search" value={typed} onChange={(event) => setTyped(event.currentTarget.value)} placeholder={t("ui.services.search")} aria-label={t("ui.services.search")}
          leftSection={<Icon name="search" size={16} />} rightSection={typed !== "" && <CloseButton size="sm" onClick={() => setTyped("")} aria-label={t("ui.documents.clear")} />} data-testid="services-search"
        />
        <Select label={t("ui.services.category")} any={t("ui.services.anyCategory")} value={query.category} values={told?.categories ?? []} onChange={(category) => narrow({ category })} testId="services-category" />
        <Select label={t("ui.services.agency")} any={t("ui.services.anyAgency")} value={query.agency} values={told?.agencies ?? []} onChange={(agency) => narrow({ agency })} testId="services-agency" />
        <NativeSelect
          className={styles.select ?? ""} aria-label={t("ui.services.termLabel")} value={query.maxDays ?? ""} onChange={(event) => narrow({ maxDays: Number(event.currentTarget.value) || null })} data-testid="services-term"
          data={[{ value: "", label: t("ui.services.anyTerm") }, ...terms.map((count) => ({ value: String(count), label: t("ui.services.within", { count }) }))]}
        />
        <NativeSelect
          className={styles.select ?? ""} aria-label={t("ui.services.feeLabel")} value={query.fee ?? ""} onChange={(event) => narrow({ fee: (event.currentTarget.value || null) as ServiceQuery["fee"] })} data-testid="services-fee"
          data={[{ value: "", label: t("ui.services.anyFee") }, ...(["free", "paid"] as const).map((value) => ({ value, label: t(`ui.services.fee.${value}`) }))]}
        />
        <Switch label={t("ui.services.fitting")} checked={query.fitting} onChange={(event) => narrow({ fitting: event.currentTarget.checked })} data-testid="services-fitting" />
        <Switch label={t("ui.services.onlyFavourites")} checked={query.favourites} onChange={(event) => narrow({ favourites: event.currentTarget.checked })} data-testid="services-favourites" />
      </div>
      <Chips label={t("ui.services.chips")} testId="services-chips" chips={chips} onChoose={(without) => narrow(without)} />
      {problem && <ErrorNotice error={problem} onRetry={() => void ask()} onClose={() => { renew.clear(); relist.clear(); setFailed(null); }} />}
      {error && told && told.source === "portal" && (
        <Strip tone="warn" icon="offline" testId="services-old"><p>{t("ui.services.old", { when: told.at ? dateTime(told.at) : "" })}{told.at && <Age since={told.at} />}</p></Strip>
      )}
      {told?.source === "program" && <Strip tone="info" testId="services-own"><p>{t("ui.services.own")}</p></Strip>}
      {!told && !problem && <Loading rows={6} height={96} />}
      {told && told.all === 0 && (renew.busy ? <Loading rows={6} height={96} /> : <Empty icon="services" title={t("ui.services.none.title")}>{error?.code === "app.not-signed-in" ? t("ui.services.none.signIn") : t("ui.services.none.text")}</Empty>)}
      {told && told.all > 0 && (
        <div className={styles.columns}>
          <div>
            {told.total === 0 ? (
              <Empty icon="search" title={t("ui.services.notFound.title")} action={<Button variant="default" onClick={() => search(everything)}>{t("ui.services.notFound.reset")}</Button>}>{t("ui.services.notFound.text")}</Empty>
            ) : (
              <ul className={styles.list} data-testid="services-list">{told.rows.map((item) => <Row key={item.code} item={item} onError={setFailed} />)}</ul>
            )}
            <div className={styles.foot}>
              <span className="muted small" role="status" data-testid="services-count">{t("ui.services.found", { count: told.total, formatted: number(told.total) })}</span>
              {told.rows.length < told.total && <Button variant="default" onClick={() => setPages((old) => old + 1)} data-testid="services-more">{t("ui.services.more")}</Button>}
              <NativeSelect
                aria-label={t("ui.services.rows")} value={listing.rows} onChange={(event) => { setPages(1); void relist.run({ rows: Number(event.currentTarget.value) }); }} data-testid="services-rows"
                data={rowCounts.map((count) => ({ value: String(count), label: t("ui.services.rowsOf", { count }) }))}
              />
              <NativeSelect
                aria-label={t("ui.services.order")} value={listing.order} onChange={(event) => void relist.run({ order: event.currentTarget.value as ServiceOrder })} data-testid="services-order"
                data={orders.map((value) => ({ value, label: t(`ui.services.orders.${value}`) }))}
              />
              {filtered && <Button variant="subtle" leftSection={<Icon name="save" size={16} />} onClick={() => setNaming(true)} data-testid="services-save-search">{t("ui.services.saveSearch")}</Button>}
            </div>
          </div>
          <Side told={told} onSearch={search} />
        </div>
      )}
      <NameSearch opened={naming} initial={query.text} onClose={() => setNaming(false)} onNamed={(name) => host.saveServiceSearch(name, query)} />
    </Page>
  );
}

function Select({ label, any, value, values, onChange, testId }: { label: string; any: string; value: string | null; values: readonly string[]; onChange: (value: string | null) => void; testId: string }) {
  return (
    <NativeSelect
      className={styles.select ?? ""} aria-label={label} value={value ?? ""} onChange={(event) => onChange(event.currentTarget.value || null)} data-testid={testId}
      data={[{ value: "", label: any }, ...values.map((one) => ({ value: one, label: one }))]}
    />
  );
}

function Row({ item, onError }: { item: ServiceItem; onError: (error: UiError) => void }) {
  const texts = useTexts();
  const { t } = texts;
  return (
    <li className={styles.item} data-testid={`service-${item.code}`}>
      <a className={styles.name} href={`#${paths.service(item.code)}`}>{item.title}</a>
      <Star item={item} onError={onError} />
      {item.summary && <p className={`${styles.summary} muted small`}>{item.summary}</p>}
      <div className={`${styles.facts} muted small`}>
        {item.agency && <span>{item.agency}</span>}
        <span>{term(texts, item)}</span>
        <span>{fee(texts, item)}</span>
        <span className="mono">{item.code}</span>
        {item.way === "form" && <Label tone="ok" icon="edit">{t("ui.services.way.form")}</Label>}
        {!item.fits && <Label tone="quiet">{t("ui.services.notFitting")}</Label>}
      </div>
    </li>
  );
}

function NameSearch({ opened, initial, onClose, onNamed }: { opened: boolean; initial: string; onClose: () => void; onNamed: (name: string) => Promise<unknown> }) {
  const { t } = useTexts();
  const [name, setName] = useState<string | null>(null);
  const save = useAction(async (value: string) => { await onNamed(value); setName(null); onClose(); });
  const value = name ?? initial;
  return (
    <Modal opened={opened} onClose={onClose} title={t("ui.services.saveSearch")} closeButtonProps={{ "aria-label": t("ui.close") }}>
      <form className={styles.stack} onSubmit={(event) => { event.preventDefault(); void save.run(value); }}>
        {save.error && <ErrorNotice error={save.error} onClose={save.clear} />}
        <TextInput label={t("ui.services.searchName")} value={value} onChange={(event) => setName(event.currentTarget.value)} maxLength={80} data-autofocus data-testid="search-name" />
        <div className={styles.foot}>
          <Button variant="default" onClick={onClose}>{t("ui.cancel")}</Button>
          <Button type="submit" loading={save.busy} data-testid="search-name-save">{t("ui.services.save")}</Button>
        </div>
      </form>
    </Modal>
  );
}

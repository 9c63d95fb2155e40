/** All documents of the organisation: narrowed by group, state and text; many can be signed or sent at once. */
import { ActionIcon, Button, CloseButton, NativeSelect, SegmentedControl, TextInput } from "@mantine/core";
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import { ExportMarked } from "../features/documents/ExportMarked";
import { DocumentsTable } from "../features/documents/DocumentsTable";
import styles from "../features/documents/Documents.module.css";
import { FilterChips } from "../features/documents/FilterChips";
import { FilterPopover } from "../features/documents/FilterPopover";
import { useImports } from "../features/documents/Imports";
import { SavedSearches } from "../features/documents/SavedSearches";
import { countFilters, filtersOf, groupAndStage, noFilters, type Filters, type Narrowing, type Search } from "../features/documents/search";
import { allStages, groups, isGroup, type Group } from "../features/documents/stages";
import { GoskeyDialog } from "../features/goskey/GoskeyDialog";
import { HandOverDialog } from "../features/handOver/HandOverDialog";
import { IncomingNote } from "../features/handOver/IncomingFiles";
import { BatchSending } from "../features/sending/BatchSending";
import { PermittedButton } from "../features/cabinet/Permitted";
import { SigningSheet } from "../features/signing/SigningSheet";
import { UnfinishedRuns } from "../features/signing/UnfinishedRuns";
import { host, type DocumentRow, type Order, type Stage } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { ActionBar, Page } from "../shared/Page";
import { Empty, Loading } from "../shared/Pieces";
import { go, paths } from "../shared/router";
import { useAction } from "../shared/useAction";
import { usePages } from "../shared/usePages";
import { useTexts } from "../shared/useTexts";

const TYPING_PAUSE_MS = 200;
const groupNames = Object.keys(groups) as Group[];

type Props = {
  group: string; focusSearch: boolean;
  /** Where the list begins, and where it leaves what it was narrowed to. */
  narrowing: RefObject<Narrowing>;
};

export function Documents({ group: named, focusSearch, narrowing }: Props) {
  const { t, number } = useTexts();
  const imports = useImports();
  const group: Group = isGroup(named) ? named : "all";
  const [stage, setStage] = useState<Stage | "">(narrowing.current.stage);
  const [typed, setTyped] = useState(narrowing.current.text);
  const [text, setText] = useState(narrowing.current.text);
  const [filters, setFilters] = useState<Filters>(() => filtersOf(narrowing.current));
  const [order, setOrder] = useState<Order>(narrowing.current.order);
  const [marked, setMarked] = useState<ReadonlyMap<string, DocumentRow>>(new Map());
  const [signing, setSigning] = useState(false);
  const [sending, setSending] = useState(false);
  const [handing, setHanding] = useState(false);
  const [asking, setAsking] = useState(false);
  const field = useRef<HTMLInputElement>(null);

  // A space behind the last word ends it; spaces before the first mean nothing.
  const wanted = typed.trim() && typed.trimStart();
  useEffect(() => {
    const timer = setTimeout(() => setText(wanted), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [wanted]);
  useEffect(() => {
    if (!focusSearch) return;
    field.current?.focus();
    field.current?.select();
    // The address goes back to normal, so that the key works again.
    window.history.replaceState(null, "", `#${paths.documents(group)}`);
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  }, [focusSearch, group]);

  const search = useMemo<Search>(() => ({ stages: stage ? [stage] : groups[group], text, order, ...filters }), [stage, group, text, order, filters]);
  const key = JSON.stringify(search);
  const pages = usePages(key, (offset, limit) => host.documents({ ...search, offset, limit }), ["documents-changed", "outbox-changed"]);
  useEffect(() => setMarked(new Map()), [key]);
  useEffect(() => {
    narrowing.current = { group, stage, text, order, ...filters };
  }, [narrowing, group, stage, text, order, filters]);

  const choose = (chosen: Search) => {
    const { group: itsGroup, stage: itsStage } = groupAndStage(chosen.stages);
    setTyped(chosen.text);
    setText(chosen.text);
    setStage(itsStage);
    setOrder(chosen.order);
    setFilters(filtersOf(chosen));
    go(paths.documents(itsGroup));
  };
  const onSearchKey = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Escape" && typed !== "") {
      event.preventDefault();
      setTyped("");
    } else if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault();
      document.querySelector<HTMLElement>('[data-testid="documents"] [data-index][tabindex="0"]')?.focus();
    }
  };

  const toggle = useCallback((row: DocumentRow) => {
    setMarked((old) => {
      const next = new Map(old);
      if (!next.delete(row.id)) next.set(row.id, row);
      return next;
    });
  }, []);
  const total = pages.total;
  const markAll = useAction(async () => {
    if (total === null || marked.size >= total) return setMarked(new Map());
    const everything = await host.documents({ ...search, offset: 0, limit: total });
    setMarked(new Map(everything.rows.map((row) => [row.id, row])));
  });
  const reset = () => {
    setTyped("");
    setText("");
    setStage("");
    setFilters(noFilters);
    go(paths.documents());
  };

  const rows = [...marked.values()];
  const toSign = rows.filter((row) => row.stage === "ready");
  const toSend = rows.filter((row) => row.stage === "signed");
  const filtered = search.stages.length > 0 || countFilters(filters) > 0;
  const narrowed = text !== "" || filtered;
  const finish = () => {
    setSigning(false);
    setSending(false);
    setMarked(new Map());
    pages.reload();
  };

  return (
    <Page
      title={t("ui.documents.title")} fill
      actions={
        <Button onClick={imports.open} loading={imports.busy} leftSection={<Icon name="open" />} aria-keyshortcuts="Control+O" data-testid="open-files">
          {t("ui.documents.open")}
        </Button>
      }
      bar={
        marked.size > 0 && (
          <ActionBar
            lead={
              <span className={styles.marked}>
                <span data-testid="marked">{t("ui.documents.selected", { count: marked.size })}</span>
                <ActionIcon variant="subtle" onClick={() => setMarked(new Map())} aria-label={t("ui.documents.deselect")} title={t("ui.documents.deselect")}><Icon name="close" size={16} /></ActionIcon>
              </span>
            }
          >
            <ExportMarked ids={rows.map(({ id }) => id)} />
            <Button variant="default" leftSection={<Icon name="person" />} onClick={() => setHanding(true)} data-testid="hand-over-marked">{t("ui.handOver.documents.button")}</Button>
            {rows.every((row) => (row.stage === "ready" || row.stage === "signed") && !row.format.startsWith("goskey.")) && (
              <PermittedButton permission="signing.initiate" variant="default" leftSection={<Icon name="token" />} onClick={() => setAsking(true)} data-testid="goskey-marked" title={t("ui.goskey.button")}>{t("ui.goskey.short")}</PermittedButton>
            )}
            {toSend.length > 0 && (
              <PermittedButton permission="applications.submit" variant={toSign.length > 0 ? "default" : "filled"} leftSection={<Icon name="outbox" />} onClick={() => setSending(true)} data-testid="send-marked">
                {t("ui.documents.send", { count: toSend.length })}
              </PermittedButton>
            )}
            {toSign.length > 0 && (
              <PermittedButton permission="signing.sign" leftSection={<Icon name="sign" />} onClick={() => setSigning(true)} data-testid="sign-marked">
                {t("ui.documents.sign", { count: toSign.length })}
              </PermittedButton>
            )}
            {toSign.length + toSend.length === 0 && <span className="muted small">{t("ui.documents.nothingToDo")}</span>}
          </ActionBar>
        )
      }
    >
      <IncomingNote />
      <div className={styles.tools}>
        <TextInput
          ref={field} className={styles.search ?? ""} type="search" value={typed} onChange={(event) => setTyped(event.currentTarget.value)} onKeyDown={onSearchKey}
          placeholder={t("ui.documents.search")} aria-label={t("ui.documents.searchLabel")} leftSection={<Icon name="search" size={16} />} data-testid="documents-search"
          rightSection={typed !== "" && <CloseButton size="sm" onClick={() => setTyped("")} aria-label={t("ui.documents.clear")} />}
        />
        <FilterPopover filters={filters} onFilters={setFilters} order={order} onOrder={setOrder} />
        <SavedSearches search={{ ...search, text: wanted }} onChoose={choose} />
        <span className={styles.row} />
        <SegmentedControl
          size="sm" value={group} onChange={(value) => { setStage(""); go(paths.documents(value)); }} aria-label={t("ui.documents.group")} data-testid="documents-group"
          data={groupNames.map((value) => ({ value, label: t(`ui.documents.groups.${value}`) }))}
        />
        <NativeSelect
          value={stage} onChange={(event) => setStage(event.currentTarget.value as Stage | "")} aria-label={t("ui.documents.stage")} data-testid="documents-stage"
          data={[{ value: "", label: t("ui.documents.anyStage") }, ...allStages.map((value) => ({ value, label: t(`stage.${value}`) }))]}
        />
        <span className={`${styles.count} muted small`} role="status" data-testid="documents-count">
          {total !== null && (pages.more ? t("ui.documents.foundMore", { formatted: number(total) }) : t("ui.documents.found", { count: total, formatted: number(total) }))}
        </span>
        <a className="small" href={`#${paths.retention}`} data-testid="retention-list">{t("ui.retention.list.title")}</a>
      </div>
      <FilterChips filters={filters} onFilters={setFilters} />
      {pages.unread > 0 && <p className="muted small" data-testid="unread">{t("ui.documents.unread", { count: pages.unread, formatted: number(pages.unread) })}</p>}
      <UnfinishedRuns onChanged={pages.reload} />
      {pages.error && <ErrorNotice error={pages.error} onRetry={pages.reload} />}
      {markAll.error && <ErrorNotice error={markAll.error} onClose={markAll.clear} />}
      {total === null && !pages.error && <Loading rows={8} height={50} />}
      {total === 0 && !narrowed && (
        <Empty icon="documents" title={t("ui.documents.none.title")} action={<Button onClick={imports.open}>{t("ui.documents.open")}</Button>}>
          {t("ui.documents.none.text")}
        </Empty>
      )}
      {total === 0 && narrowed && (
        <Empty icon="search" title={t("ui.documents.notFound.title")} action={<Button variant="default" onClick={reset}>{t("ui.documents.notFound.reset")}</Button>}>
          {text !== "" && t("ui.documents.notFound.text")} {filtered && t("ui.documents.notFound.filtered")}
        </Empty>
      )}
      {total !== null && total > 0 && (
        <DocumentsTable
          pages={pages} marked={marked} onToggle={toggle} onToggleAll={() => void markAll.run()} markingAll={markAll.busy} searched={key} text={text} order={order} onOrder={setOrder}
        />
      )}
      <div className={styles.zone}>
        {t("ui.import.zone")}
        <Button variant="subtle" size="compact-sm" onClick={imports.open}>{t("ui.import.zoneButton")}</Button>
      </div>
      <SigningSheet documents={signing ? toSign : null} onClose={finish} />
      <GoskeyDialog documents={asking ? rows.map(({ id }) => id) : null} onClose={() => setAsking(false)} />
      <HandOverDialog what={handing ? { documents: rows.map(({ id }) => id) } : null} onClose={() => setHanding(false)} />
      <BatchSending documents={sending ? toSend : null} onClose={finish} />
    </Page>
  );
}

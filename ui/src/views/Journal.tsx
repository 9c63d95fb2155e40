/** The journal of the archive: searched, checked, written out. What was changed behind the program's back is shown where it stands. */
import { Button, CloseButton, TextInput } from "@mantine/core";
import { useCallback, useEffect, useMemo, useState } from "react";
import { CheckResult } from "../features/journal/CheckResult";
import styles from "../features/journal/Journal.module.css";
import { ExportResult, exportJournal, JournalExportMenu, type Exported } from "../features/journal/JournalExportMenu";
import { JournalChips, JournalFilters } from "../features/journal/JournalFilters";
import { everything, isEverything, type JournalPlace } from "../features/journal/place";
import { actionText, actorText, doubtOf } from "../features/journal/words";
import { host, type JournalCheck, type JournalRow, type JournalSearched } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { Page } from "../shared/Page";
import { Empty, Label, Loading } from "../shared/Pieces";
import { paths } from "../shared/router";
import { useAction } from "../shared/useAction";
import { usePages } from "../shared/usePages";
import { useTexts } from "../shared/useTexts";
import { VirtualTable, type Column } from "../shared/VirtualTable";

const TYPING_PAUSE_MS = 200;

export function Journal({ place }: { place: JournalPlace }) {
  const { t, number, dateTime } = useTexts();
  const { selection, select, check, setCheck } = place;
  const [typed, setTyped] = useState(selection.text);
  const [searched, setSearched] = useState<JournalSearched | null>(null);
  const [exported, setExported] = useState<Exported | null>(null);
  // The entry to bring into sight, until the list that has it is there.
  const [wanted, setWanted] = useState<number | null>(null);
  const [reveal, setReveal] = useState<{ index: number } | null>(null);
  useEffect(() => {
    if (typed === selection.text) return;
    const timer = setTimeout(() => select({ ...selection, text: typed }), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, selection, select]);

  const all = isEverything(selection);
  const load = async (offset: number, limit: number) => {
    const page = await host.journal({ ...selection, offset, limit });
    setSearched(page.searched);
    return page;
  };
  const pages = usePages(JSON.stringify(selection), load, ["documents-changed", "outbox-changed"]);
  const { total } = pages;
  useEffect(() => {
    if (wanted === null || total === null || !all) return;
    // Every number has its row here, the last one first.
    setReveal({ index: Math.min(Math.max(total - wanted, 0), Math.max(total - 1, 0)) });
    setWanted(null);
  }, [wanted, total, all]);

  const reset = () => {
    setTyped("");
    select(everything);
  };
  const show = (seq: number) => {
    reset();
    setWanted(seq);
  };
  const verify = useAction(async () => {
    setCheck(null);
    setExported(null);
    const found = await host.verifyJournal();
    setCheck(found);
    if (found.brokenAt !== null) show(found.brokenAt);
  });
  const save = useAction(async (...asked: Parameters<typeof exportJournal>) => {
    setExported(null);
    const done = await exportJournal(...asked);
    setExported(done);
    if (done) pages.reload();
    return done;
  });

  return (
    <Page
      title={t("ui.journal.title")} lead={<p className="muted">{t("ui.journal.lead")}</p>} fill
      actions={
        <>
          <JournalExportMenu selection={selection} save={save} />
          <Button variant="default" leftSection={<Icon name="shield" />} loading={verify.busy} onClick={() => void verify.run()} data-testid="verify-journal">{t("ui.journal.verify")}</Button>
        </>
      }
    >
      <div className={styles.tools}>
        <TextInput
          className={styles.search ?? ""} type="search" value={typed} onChange={(event) => setTyped(event.currentTarget.value)} placeholder={t("ui.journal.search")}
          aria-label={t("ui.journal.searchLabel")} leftSection={<Icon name="search" size={16} />} data-testid="journal-search"
          rightSection={typed !== "" && <CloseButton size="sm" onClick={() => setTyped("")} aria-label={t("ui.documents.clear")} />}
        />
        <JournalFilters selection={selection} onSelect={select} />
        <span className={`${styles.count} muted small`} role="status" data-testid="journal-count">
          {total !== null && t("ui.journal.found", { count: total, formatted: number(total) })}
        </span>
      </div>
      <JournalChips selection={selection} onSelect={select} />
      <div className={styles.notices}>
        {searched && selection.text.trim() !== "" && (
          <p className="muted small" data-testid="journal-searched">
            {t("ui.journal.searched", { count: searched.entries, formatted: number(searched.entries), since: dateTime(searched.since) })}
          </p>
        )}
        {verify.error && <ErrorNotice error={verify.error} onClose={verify.clear} />}
        {save.error && <ErrorNotice error={save.error} onClose={save.clear} />}
        {exported && <ExportResult exported={exported} />}
        {check && <CheckResult check={check} onShow={() => check.brokenAt !== null && show(check.brokenAt)} />}
        {pages.error && <ErrorNotice error={pages.error} onRetry={pages.reload} />}
      </div>
      {total === null && !pages.error && <Loading rows={8} height={40} />}
      {total === 0 && all && <Empty icon="journal" title={t("ui.journal.empty.title")}>{t("ui.journal.empty.text")}</Empty>}
      {total === 0 && !all && (
        <Empty icon="search" title={t("ui.journal.notFound.title")} action={<Button variant="default" onClick={reset} data-testid="journal-reset">{t("ui.journal.notFound.reset")}</Button>}>
          {t("ui.journal.notFound.text")}
        </Empty>
      )}
      {total !== null && total > 0 && <Entries pages={pages} check={check} reveal={reveal} />}
    </Page>
  );
}

const tones = { broken: "bad", unproven: "warn" } as const;

type EntriesProps = { pages: ReturnType<typeof usePages<JournalRow>>; check: JournalCheck | null; reveal: { index: number } | null };

function Entries({ pages, check, reveal }: EntriesProps) {
  const texts = useTexts();
  const { t, exact } = texts;
  const columns = useMemo<Column<JournalRow>[]>(
    () => [
      { id: "seq", header: () => t("ui.journal.columns.seq"), cell: ({ row }) => <span className="muted">{row.original.row?.seq}</span> },
      { id: "at", header: () => t("ui.journal.columns.at"), cell: ({ row }) => row.original.row && !row.original.row.missing && <span className="small">{exact(row.original.row.at)}</span> },
      { id: "action", header: () => t("ui.journal.columns.action"), cell: ({ row }) => row.original.row && <What row={row.original.row} check={check} /> },
      { id: "actor", header: () => t("ui.journal.columns.actor"), cell: ({ row }) => row.original.row && <span className={styles.line}>{actorText(texts, row.original.row)}</span> },
      {
        id: "document", header: () => t("ui.journal.columns.document"),
        cell: ({ row }) => row.original.row?.documentId && <a href={`#${paths.document(row.original.row.documentId)}`}>{t("ui.journal.open")}</a>,
      },
    ],
    [texts, t, exact, check],
  );
  const toneOf = useCallback((row: JournalRow) => {
    const doubt = doubtOf(row, check);
    return doubt === null ? undefined : tones[doubt];
  }, [check]);
  return (
    <VirtualTable
      label={t("ui.journal.grid")} columns={columns} rows={pages.slots} rowHeight={40} className={styles.columns} testId="journal"
      rowId={(row) => String(row.seq)} onRange={pages.show} toneOf={toneOf} reveal={reveal}
    />
  );
}

function What({ row, check }: { row: JournalRow; check: JournalCheck | null }) {
  const texts = useTexts();
  const doubt = doubtOf(row, check);
  const text = actionText(texts, row);
  return (
    <span className={styles.what} title={text}>
      {doubt && <Label tone={tones[doubt]} pill>{texts.t(`ui.journal.doubt.${doubt}`)}</Label>}
      <span className={styles.line}>{text}</span>
    </span>
  );
}

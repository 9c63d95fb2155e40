/** The register as a table: to whom, for what, until when, and where it stands. */
import { useMemo } from "react";
import type { PoaRow } from "../../ipc";
import { useAppState } from "../app/AppState";
import { useErrorParts } from "../../shared/ErrorNotice";
import { Label } from "../../shared/Pieces";
import { go, paths } from "../../shared/router";
import { Sorter } from "../../shared/Sorter";
import type { Pages } from "../../shared/usePages";
import { useTexts } from "../../shared/useTexts";
import { VirtualTable, type Column as TableColumn } from "../../shared/VirtualTable";
import styles from "./Poa.module.css";
import { nextOrder, sortOf, type Column, type Order } from "./search";
import { DaysLeft, endsSoon, holdersOf, PoaState, RegistryWord, shortNumber } from "./states";

type Props = { pages: Pages<PoaRow>; order: Order | null; onOrder: (order: Order | null) => void };

export function PoasTable({ pages, order, onOrder }: Props) {
  const { t } = useTexts();
  const columns = useMemo<TableColumn<PoaRow>[]>(
    () => [
      { id: "representative", header: () => <Head column="representative" order={order} onOrder={onOrder} />, cell: ({ row }) => row.original.row && <Whose row={row.original.row} /> },
      { id: "powers", header: () => t("ui.poas.column.powers"), cell: ({ row }) => row.original.row && <Powers row={row.original.row} /> },
      { id: "expires", header: () => <Head column="expires" order={order} onOrder={onOrder} />, cell: ({ row }) => row.original.row && <Term row={row.original.row} /> },
      { id: "state", header: () => t("ui.poas.column.state"), cell: ({ row }) => row.original.row && <Standing row={row.original.row} /> },
    ],
    [t, order, onOrder],
  );
  return (
    <VirtualTable
      label={t("ui.poas.title")} columns={columns} rows={pages.slots} rowHeight={60} className={styles.columns} testId="poas" rowId={(row) => row.number}
      onRange={pages.show} onOpen={(row) => go(paths.poa(row.number))} sortOf={(column) => sortOf(column, order)}
      toneOf={(row) => (row.state === "refused" ? "bad" : endsSoon(row) || row.state === "outcome-unknown" ? "warn" : undefined)}
    />
  );
}

function Head({ column, order, onOrder }: { column: Column; order: Order | null; onOrder: (order: Order | null) => void }) {
  const { t } = useTexts();
  return <Sorter column={column} sorted={sortOf(column, order)} title={t("ui.poas.sort")} onSort={() => onOrder(nextOrder(column, order))}>{t(`ui.poas.column.${column}`)}</Sorter>;
}

function Whose({ row }: { row: PoaRow }) {
  const { t } = useTexts();
  const { state } = useAppState();
  return (
    <div className={styles.cell} data-testid="poa-row" data-number={row.number}>
      <span className={`${styles.line} ${styles.name}`} title={holdersOf(row)}>{holdersOf(row) || t("ui.poas.nobody")}</span>
      <span className={`${styles.notes} muted`}>
        <span className="mono" title={row.number}>№ {shortNumber(row.number)}</span>
        {/* Most are the organisation's own. */}
        {row.principalInn !== state.organisation?.inn && <span className={styles.line} title={row.principal}>{t("ui.poas.from", { principal: row.principal })}</span>}
      </span>
    </div>
  );
}

function Powers({ row }: { row: PoaRow }) {
  const { t } = useTexts();
  const [first, ...others] = row.powerNames;
  return (
    <div className={styles.cell}>
      <span className={styles.two} title={row.powerNames.join("\n")}>
        {first ?? <span className="muted">{t("ui.poas.inWords")}</span>}
        {others.length > 0 && <span className="muted nowrap"> {t("ui.poas.more", { count: others.length })}</span>}
      </span>
    </div>
  );
}

function Term({ row }: { row: PoaRow }) {
  const { t, date } = useTexts();
  return (
    <div className={styles.cell}>
      <span className="nowrap">{t("ui.poas.until", { day: date(row.expires) })}</span>
      <span className={styles.notes}><DaysLeft row={row} /></span>
    </div>
  );
}

/** Why it was refused, in short. */
function Why({ code }: { code: string }) {
  const { what } = useErrorParts({ code, params: {}, retriable: false });
  return <span className={`muted ${styles.registry}`} title={what}>{what}</span>;
}

function Standing({ row }: { row: PoaRow }) {
  const { t } = useTexts();
  return (
    <div className={styles.cell}>
      <span className={styles.line}><PoaState row={row} /></span>
      <span className={styles.notes}>
        {row.revoked && !row.revocationConfirmed ? <Label tone="warn" icon="clock">{t("ui.poas.unconfirmed")}</Label> : row.state === "refused" && row.error ? <Why code={row.error} /> : <RegistryWord row={row} />}
      </span>
    </div>
  );
}

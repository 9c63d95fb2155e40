/** What was done with this document in the program. */
import type { JournalRow } from "../../ipc";
import { Empty } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import { actionText, actorText } from "../journal/words";
import styles from "./Document.module.css";

export function JournalTab({ rows }: { rows: readonly JournalRow[] }) {
  const texts = useTexts();
  const { t, exact } = texts;
  if (rows.length === 0) return <Empty icon="journal" title={t("ui.journal.empty.title")} />;
  return (
    <div className={styles.tableScroll} tabIndex={0} role="region" aria-label={t("ui.document.tabs.journal")}>
      <table className={styles.table}>
        <thead>
          <tr>
            {(["at", "action", "actor"] as const).map((column) => <th key={column} scope="col">{t(`ui.journal.columns.${column}`)}</th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.seq}>
              <td className="nowrap">{exact(row.at)}</td>
              <td>{actionText(texts, row)}</td>
              <td>{actorText(texts, row)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

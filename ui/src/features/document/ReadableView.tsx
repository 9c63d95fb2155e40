/** The document as people read it: headings, fields and tables. */
import type { Readable, ReadableTable } from "../../ipc";
import { Facts } from "../../shared/Pieces";
import styles from "./Document.module.css";

/** Dates and short numbers are kept in one piece. */
const isDate = (value: string) => /^\d{2}\.\d{2}\.\d{4}$/.test(value);
const isNumber = (value: string) => /^-?[\d\s ]+([.,]\d+)?$/.test(value);

export function ReadableView({ readable }: { readable: Readable }) {
  return (
    <article className={styles.readable} tabIndex={0} aria-label={readable.title} data-testid="readable">
      <h2>{readable.title}</h2>
      {readable.sections.map((section, index) => (
        <section key={index} className={styles.section} data-level={Math.min(section.level, 3)}>
          {section.level <= 1 ? <h3>{section.heading}</h3> : <h4>{section.heading}</h4>}
          <Facts rows={section.fields.map((field) => [field.label, field.value] as const)} />
          {section.tables.map((table, position) => <TableView key={position} table={table} label={table.heading || section.heading} />)}
        </section>
      ))}
    </article>
  );
}

function TableView({ table, label }: { table: ReadableTable; label: string }) {
  return (
    <div className={styles.tableScroll} tabIndex={0} role="region" aria-label={label}>
      <table className={styles.table}>
        {table.heading && <caption>{table.heading}</caption>}
        <thead>
          <tr>{table.columns.map((column, index) => <th key={index} scope="col">{column}</th>)}</tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => <td key={column} className={isDate(cell) ? styles.solid : cell !== "" && isNumber(cell) ? styles.number : undefined}>{cell}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

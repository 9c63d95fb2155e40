/** The document as people read it: headings, fields and tables. */
import type { Readable, ReadableSection, ReadableTable } from "../../ipc";
import { Facts } from "../../shared/Pieces";
import styles from "./Document.module.css";

/** Dates and short numbers are kept in one piece. */
const isDate = (value: string) => /^\d{2}\.\d{2}\.\d{4}$/.test(value);
const isNumber = (value: string) => /^-?[\d\s ]+([.,]\d+)?$/.test(value);

/** Deeper sections look like this one: more steps would only eat the width. */
const DEEPEST = 3;

const saysAnything = ({ fields, tables }: ReadableSection) => fields.length > 0 || tables.length > 0;

export function ReadableView({ readable }: { readable: Readable }) {
  return (
    <article className={styles.readable} data-keep-scroll="readable" tabIndex={0} aria-label={readable.title} data-testid="readable">
      <h2>{readable.title}</h2>
      {readable.sections.filter(saysAnything).map((section, index) => (
        <section key={index} className={styles.section} data-level={Math.min(section.level, DEEPEST)}>
          {/* The document itself is named in the title already. */}
          {!(section.level === 0 && readable.title.startsWith(section.heading)) && <Heading level={section.level}>{section.heading}</Heading>}
          <Facts rows={section.fields.map((field) => [field.label, field.value] as const)} />
          {section.tables.map((table, position) => <TableView key={position} table={table} label={table.heading || section.heading} />)}
        </section>
      ))}
    </article>
  );
}

function Heading({ level, children }: { level: number; children: string }) {
  if (level <= 1) return <h3>{children}</h3>;
  return level === 2 ? <h4>{children}</h4> : <h5>{children}</h5>;
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

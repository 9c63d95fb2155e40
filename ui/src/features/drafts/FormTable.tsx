/** Questions that repeat: a row for each answer; on a narrow screen every row is a card. */
import { ActionIcon, Button } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { FormFieldView, FormTableView } from "../../ipc";
import { Icon } from "../../shared/Icon";
import { useTexts } from "../../shared/useTexts";
import { FormField } from "./FormField";
import styles from "./Drafts.module.css";
import { cellName, nextRow, rowsOf } from "./names";
import type { Editing } from "./useEditing";

/** Columns for sentences get more of the width than those for a word. */
const SENTENCE = 200;
const width = (column: FormFieldView) => styles[column.kind === "text" && (column.max ?? 0) > SENTENCE ? "wide" : `kind-${column.kind}`];

export function FormTable({ table, heading, editing }: { table: FormTableView; heading: string; editing: Editing }) {
  const { t } = useTexts();
  const { fields, set, disabled } = editing;
  /** Rows added here that hold nothing yet: the draft does not know them. */
  const [fresh, setFresh] = useState<string[]>([]);
  const rows = [...new Set([...rowsOf(table, fields), ...fresh])].sort();
  const body = useRef<HTMLDivElement>(null);
  const added = useRef<string | null>(null);

  useEffect(() => {
    const first = table.columns[0];
    if (!added.current || !first) return;
    body.current?.querySelector<HTMLElement>(`[data-field="${cellName(table, added.current, first)}"]`)?.focus();
    added.current = null;
  });

  const add = (copy?: string) => {
    const row = nextRow(rows);
    added.current = row;
    setFresh((old) => [...old, row]);
    if (copy) set(Object.fromEntries(table.columns.map((column) => [cellName(table, row, column), fields[cellName(table, copy, column)] ?? ""])));
  };
  const remove = (row: string) => {
    setFresh((old) => old.filter((one) => one !== row));
    set(Object.fromEntries(table.columns.map((column) => [cellName(table, row, column), ""])));
  };

  return (
    <div className={styles.table} ref={body} data-testid={`table-${table.name}`}>
      {editing.problemOf(table.name) && <p className={styles.problem} role="alert">{editing.problemOf(table.name)}</p>}
      {rows.length > 0 && (
        <div className={styles.scroll}>
          <table>
            <thead>
              <tr>
                <th scope="col"><span className="visually-hidden">{t("ui.drafts.row")}</span></th>
                {table.columns.map((column) => <th key={column.name} scope="col" className={width(column)}>{column.label}</th>)}
                <th><span className="visually-hidden">{t("ui.drafts.rowActions")}</span></th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                <tr key={row} aria-label={t("ui.drafts.rowOf", { heading, row: index + 1 })} data-testid={`row-${index + 1}`}>
                  <td className={styles.number}>{index + 1}</td>
                  {table.columns.map((column) => {
                    const name = cellName(table, row, column);
                    return (
                      <td key={column.name} data-label={column.label} className={width(column)}>
                        <FormField field={column} name={name} bare {...editing.input(name)} />
                      </td>
                    );
                  })}
                  <td className={styles.rowActions}>
                    <ActionIcon variant="subtle" color="gray" disabled={disabled} onClick={() => add(row)} aria-label={t("ui.drafts.copyRow", { row: index + 1 })} title={t("ui.drafts.copyRow", { row: index + 1 })}>
                      <Icon name="copy" size={16} />
                    </ActionIcon>
                    <ActionIcon variant="subtle" color="gray" disabled={disabled} onClick={() => remove(row)} aria-label={t("ui.drafts.removeRow", { row: index + 1 })} title={t("ui.drafts.removeRow", { row: index + 1 })} data-testid={`remove-row-${index + 1}`}>
                      <Icon name="close" size={16} />
                    </ActionIcon>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Button variant="default" leftSection={<Icon name="plus" />} disabled={disabled} onClick={() => add()} data-testid={`add-${table.name}`}>{t("ui.drafts.addRow")}</Button>
    </div>
  );
}

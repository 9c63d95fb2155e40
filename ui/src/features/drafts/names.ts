/** Names of fields: which are asked now, what they are called, and the rows of a table. */
import type { DraftForm, FormFieldView, FormTableView } from "../../ipc";
import type { Fields } from "./useDraft";

/** Begins the name of an answer of a template that the form has no place for; its question follows. */
const UNPLACED = "unplaced/";

export const isAsked = (field: FormFieldView, fields: Fields) => !field.when || (fields[field.when.field] === field.when.is) !== field.when.negated;

/** Whether a person has to do with a field; some only carry where a draft comes from, such as a whole file. */
export function isShown(form: DraftForm, name: string): boolean {
  const [table] = name.split("/");
  return name.startsWith(UNPLACED) || form.sections.some((section) => section.table?.name === table || section.fields.some((field) => field.name === name));
}

/** Names of the rows that hold anything, in order. */
export function rowsOf(table: FormTableView, fields: Fields): string[] {
  const prefix = `${table.name}/`;
  const rows = new Set<string>();
  for (const [name, value] of Object.entries(fields)) {
    const row = name.startsWith(prefix) && value !== "" ? name.slice(prefix.length).split("/")[0] : undefined;
    if (row) rows.add(row);
  }
  return [...rows].sort();
}

/** A name behind every other that nobody else gives: two people may add a row each. */
export function nextRow(rows: readonly string[]): string {
  const last = Math.max(0, ...rows.map((row) => Number.parseInt(row, 10) || 0));
  return `${String(last + 100).padStart(8, "0")}-${crypto.randomUUID().slice(0, 4)}`;
}

export const cellName = (table: FormTableView, row: string, column: FormFieldView) => `${table.name}/${row}/${column.name}`;

/** What a field is called where it stands alone, as in a list of changes. */
export function labelOf(form: DraftForm, name: string, rows: readonly string[], inRow: (heading: string, row: number, label: string) => string): string {
  if (name.startsWith(UNPLACED)) return name.slice(UNPLACED.length);
  const [table, row, column] = name.split("/");
  for (const section of form.sections) {
    const field = section.fields.find((candidate) => candidate.name === name);
    if (field) return `${section.heading}: ${field.label}`;
    if (!section.table || section.table.name !== table) continue;
    const cell = section.table.columns.find((candidate) => candidate.name === column);
    if (cell && row) return inRow(section.heading, rows.indexOf(row) + 1, cell.label);
    return section.heading;
  }
  return name;
}

/** What a value means to a person: the label of a choice. */
export function valueText(form: DraftForm, name: string, value: string | null): string {
  const field = form.sections.flatMap((section) => section.fields).find((candidate) => candidate.name === name);
  if (field?.kind === "file") return (value ?? "").split("\n").map((line) => line.split("/").slice(2).join("/")).join(", ");
  return field?.choices.find((choice) => choice.value === value)?.label ?? value ?? "";
}

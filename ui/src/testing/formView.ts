/** A form's data as the host shows it. */
import type { DraftForm, FormFieldView } from "../bindings";

export type RawField = {
  name: string; label: string; kind: string; required?: boolean; max?: number; choices?: { value: string; label: string }[]; when?: { field: string; is: string }; help?: string;
  computed?: unknown;
};
export type RawSection = { heading: string; counterparty?: Record<string, string>; fields?: RawField[]; table?: { name: string; columns: RawField[] } };

const field = (raw: RawField): FormFieldView => ({
  name: raw.name, label: raw.label, kind: raw.kind as FormFieldView["kind"], required: raw.required ?? false, max: raw.max ?? null, choices: raw.choices ?? [],
  when: raw.when ? { ...raw.when, negated: false } : null, help: raw.help ?? null, dictionary: null, extensions: [], many: false, computed: raw.computed !== undefined,
});

export const formView = (code: string, name: string, sections: readonly RawSection[]): DraftForm => ({
  code, name,
  sections: sections.map((section) => ({
    heading: section.heading, fields: (section.fields ?? []).map(field), counterparty: section.counterparty ?? {},
    table: section.table ? { name: section.table.name, columns: section.table.columns.map(field) } : null,
  })),
});

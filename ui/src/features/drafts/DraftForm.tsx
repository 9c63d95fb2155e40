/** The form of a draft: sections of fields and tables, as the form's data says. */
import { useCallback, useEffect, useMemo, useRef, useState, type ComponentProps } from "react";
import { host, toUiError, type DraftForm as Form, type DraftProblem, type UiError } from "../../ipc";
import { useTexts } from "../../shared/useTexts";
import { CounterpartyPicker } from "./CounterpartyPicker";
import { FormField, type Acts } from "./FormField";
import { FormTable } from "./FormTable";
import styles from "./Drafts.module.css";
import { isAsked, valueText } from "./names";
import type { DraftState } from "./useDraft";

type Props = {
  form: Form; state: DraftState; disabled: boolean;
  /** Problems are told at every field, not only where somebody has been. */
  strict: boolean;
  found: Found; onError: (error: UiError) => void;
};

/** What the making of the document found, and of which answers. */
export type Found = { problems: readonly DraftProblem[]; fields: DraftState["fields"] };

/** What the fields of a form share. */
export type Editing = {
  fields: DraftState["fields"]; set: DraftState["set"]; disabled: boolean; problemOf: (name: string) => string | null;
  input: (name: string) => Pick<ComponentProps<typeof FormField>, "value" | "problem" | "conflict" | "disabled" | "acts">;
};

/** Whether a field, or every cell of a table, still says what it said. */
function isSame(before: DraftState["fields"], now: DraftState["fields"], name: string): boolean {
  const inside = (fields: DraftState["fields"]) => Object.entries(fields).filter(([field]) => field === name || field.startsWith(`${name}/`));
  const [was, is] = [inside(before), inside(now)];
  return was.length === is.length && was.every(([field, value]) => now[field] === value);
}

/** The text of what is wrong with an answer. */
export function useProblemText() {
  const { coded } = useTexts();
  return useCallback((problem: DraftProblem) => {
    const requisite = problem.code.startsWith("requisite.");
    return requisite ? coded("requisites", { ...problem, code: problem.code.slice("requisite.".length) }) : coded("findings", problem);
  }, [coded]);
}

export function DraftForm({ form, state, disabled, strict, found, onError }: Props) {
  const { draft, fields, set, flush, take } = state;
  const problemText = useProblemText();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const sections = useRef<HTMLDivElement>(null);

  // After a failed making the first wrong field is where the eyes should be.
  const firstFound = found.problems.find((problem) => problem.field !== null)?.field ?? null;
  useEffect(() => {
    if (!firstFound) return;
    const inputs = sections.current?.querySelectorAll<HTMLElement>("[data-field]") ?? [];
    [...inputs].find((input) => input.dataset.field === firstFound)?.focus();
  }, [found, firstFound]);

  const settle = async (name: string, value: string | null) => {
    try {
      await flush();
      take(await host.settleDraft(state.draft?.id ?? "", name, value));
    } catch (cause) {
      onError(toUiError(cause));
    }
  };
  const attach = async (name: string) => {
    try {
      if (!(await flush())) return;
      const next = await host.attachFiles(state.draft?.id ?? "", state.head()?.revision ?? 0, name);
      if (next) take(next);
    } catch (cause) {
      onError(toUiError(cause));
    }
  };
  const latest = useRef({ set, settle, form, attach });
  latest.current = { set, settle, form, attach };
  const acts = useMemo<Acts>(() => ({
    change: (name, value) => latest.current.set({ [name]: value }),
    fill: (values) => latest.current.set(values),
    leave: (name) => setLeft((old) => (old.has(name) ? old : new Set([...old, name]))),
    settle: (name, value) => void latest.current.settle(name, value),
    attach: (name) => void latest.current.attach(name),
    show: (name, value) => valueText(latest.current.form, name, value),
  }), []);

  if (!draft) return null;
  const stands = found.problems.filter((one) => one.field !== null && isSame(found.fields, fields, one.field));
  const problems = new Map([...draft.problems, ...stands].filter((one) => one.field !== null).map((one) => [one.field, one]));
  const conflicts = new Map(draft.conflicts.map((one) => [one.field, one]));
  const problemOf = (name: string) => {
    const problem = strict || left.has(name) ? problems.get(name) : undefined;
    return problem ? problemText(problem) : null;
  };
  const editing: Editing = {
    fields, set, disabled, problemOf,
    input: (name) => ({ value: fields[name] ?? "", problem: problemOf(name), conflict: conflicts.get(name), disabled, acts }),
  };
  return (
    <div className={styles.form} ref={sections}>
      {form.sections.map((section) => {
        const asked = section.fields.filter((field) => !field.computed && isAsked(field, fields));
        const computed = section.fields.filter((field) => field.computed);
        return (
          <section key={section.heading} className={styles.section} aria-label={section.heading}>
            <h2>{section.heading}</h2>
            {Object.keys(section.counterparty).length > 0 && <CounterpartyPicker section={section} disabled={disabled} acts={acts} />}
            {asked.length > 0 && (
              <div className={styles.fields}>
                {asked.map((field) => <FormField key={field.name} field={field} name={field.name} {...editing.input(field.name)} />)}
              </div>
            )}
            {computed.length > 0 && (
              <dl className={styles.totals}>
                {computed.map((field) => (
                  <div key={field.name}>
                    <dt>{field.label}</dt>
                    <dd data-testid={`computed-${field.name}`}>{draft.computed[field.name]}</dd>
                  </div>
                ))}
              </dl>
            )}
            {section.table && <FormTable table={section.table} heading={section.heading} editing={editing} />}
          </section>
        );
      })}
    </div>
  );
}

/** What the fields of a form share: what is wrong with each, whose answers differ, and what is done with a field. */
import { useCallback, useMemo, useRef, useState, type ComponentProps } from "react";
import { host, toUiError, type DraftForm as Form, type DraftProblem, type UiError } from "../../ipc";
import { useTexts } from "../../shared/useTexts";
import type { Acts, FormField } from "./FormField";
import { valueText } from "./names";
import type { DraftState } from "./useDraft";

/** What the making of the document found, and of which answers. */
export type Found = { problems: readonly DraftProblem[]; fields: DraftState["fields"] };

export type EditingProps = {
  form: Form; state: DraftState; disabled: boolean;
  /** Problems are told at every field, not only where somebody has been. */
  strict: boolean;
  found: Found; onError: (error: UiError) => void;
};

export type Editing = {
  fields: DraftState["fields"]; set: DraftState["set"]; disabled: boolean; problemOf: (name: string) => string | null; acts: Acts;
  /** Everything that is wrong, by field, whether it is told already or not. */
  problems: ReadonlyMap<string, DraftProblem>;
  conflicts: ReadonlySet<string>;
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

export function useEditing({ form, state, disabled, strict, found, onError }: EditingProps): Editing {
  const { draft, fields, set, flush, take } = state;
  const problemText = useProblemText();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());

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

  const stands = found.problems.filter((one) => one.field !== null && isSame(found.fields, fields, one.field));
  const problems = new Map([...(draft?.problems ?? []), ...stands].flatMap((one) => (one.field === null ? [] : [[one.field, one] as const])));
  const conflicts = new Map(draft?.conflicts.map((one) => [one.field, one]));
  const problemOf = (name: string) => {
    const problem = strict || left.has(name) ? problems.get(name) : undefined;
    return problem ? problemText(problem) : null;
  };
  return {
    fields, set, disabled, problemOf, acts, problems, conflicts: new Set(conflicts.keys()),
    input: (name) => ({ value: fields[name] ?? "", problem: problemOf(name), conflict: conflicts.get(name), disabled, acts }),
  };
}

/** The questions of one section: those for everybody, and the others folded. */
import type { FormFieldView } from "../../ipc";
import drafts from "../drafts/Drafts.module.css";
import { FormField } from "../drafts/FormField";
import { isAsked } from "../drafts/names";
import type { Editing } from "../drafts/useEditing";
import { Folded } from "./Folded";
import { isFitting, isPlain, isRequired } from "./steps";

type Props = {
  fields: readonly FormFieldView[]; editing: Editing; name: string;
  /** The field that is looked for. */
  target: string | null;
};

/** The same object every time, so that typing draws one field and not all. */
const compulsory = new WeakMap<FormFieldView, FormFieldView>();
function marked(field: FormFieldView, isNeeded: boolean): FormFieldView {
  if (field.required === isNeeded) return field;
  const made = compulsory.get(field) ?? { ...field, required: true };
  compulsory.set(field, made);
  return made;
}

export function Asked({ fields, editing, name, target }: Props) {
  const asked = fields.filter((field) => isAsked(field, editing.fields) && isFitting(field, editing.fields));
  const [plain, folded] = [asked.filter((field) => isPlain(field, editing.fields)), asked.filter((field) => !isPlain(field, editing.fields))];
  const isNeeded = folded.some((field) => field.name === target || editing.conflicts.has(field.name) || editing.problemOf(field.name) !== null);
  const shown = (all: readonly FormFieldView[]) => (
    <div className={drafts.fields}>
      {all.map((field) => <FormField key={field.name} field={marked(field, isRequired(field, editing.fields))} name={field.name} {...editing.input(field.name)} />)}
    </div>
  );
  return (
    <>
      {plain.length > 0 && shown(plain)}
      {folded.length > 0 && <Folded needed={isNeeded} testId={`more-${name}`}>{shown(folded)}</Folded>}
    </>
  );
}

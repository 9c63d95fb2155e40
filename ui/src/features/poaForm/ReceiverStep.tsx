/** «Кому»: picked from people who are known, or typed; several, and how they act. */
import type { DraftForm, PoaPerson } from "../../ipc";
import { useTexts } from "../../shared/useTexts";
import drafts from "../drafts/Drafts.module.css";
import type { Editing } from "../drafts/useEditing";
import { Asked } from "./Asked";
import { Parties } from "./Parties";
import { PersonPicker } from "./PersonPicker";
import { personAnswers, rowNames } from "./rows";
import { sectionsOf } from "./steps";

type Props = { form: DraftForm; editing: Editing; people: readonly PoaPerson[]; target: string | null };

export function ReceiverStep({ form, editing, people, target }: Props) {
  const { t } = useTexts();
  const { fields, set, disabled } = editing;
  const asked = form.sections.flatMap((section) => section.fields.map((field) => field.name));
  const isSeveral = rowNames(fields, "representatives").length > 0 || fields.joint === "together";
  return sectionsOf(form, "receiver").map(({ heading, fields: questions, table }) => (
    <section key={heading} className={drafts.section} aria-label={heading}>
      <h2>{heading}</h2>
      {(fields["representative.who"] ?? "person") === "person" && (
        <PersonPicker people={people} label={t("ui.poaForm.people.known")} disabled={disabled} testId="poa-person-pick" onPick={(person) => set(personAnswers(fields, "representative.", asked, person))} />
      )}
      <Asked fields={questions.filter((field) => field.name !== "joint")} editing={editing} target={target} name="representative" />
      {table?.name === "representatives" && <Parties table={table} name="representatives" people={people} editing={editing} />}
      {isSeveral && <Asked fields={questions.filter((field) => field.name === "joint")} editing={editing} target="joint" name="joint" />}
    </section>
  ));
}

/** «Передоверие и отзыв», and a notary. */
import type { DraftForm } from "../../ipc";
import drafts from "../drafts/Drafts.module.css";
import type { Editing } from "../drafts/useEditing";
import { Asked } from "./Asked";
import { sectionsOf } from "./steps";

export function PassingStep({ form, editing, target }: { form: DraftForm; editing: Editing; target: string | null }) {
  return sectionsOf(form, "passing").map(({ heading, fields: questions }) => (
    <section key={heading} className={drafts.section} aria-label={heading}>
      <h2>{heading}</h2>
      <Asked fields={questions} editing={editing} target={target} name={questions[0]?.name ?? ""} />
    </section>
  ));
}

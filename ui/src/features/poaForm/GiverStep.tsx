/** «Кто даёт»: the organisation and its head; in a redelegation first what is passed on. */
import { Select } from "@mantine/core";
import { host, type DraftForm, type PoaPerson, type PoaRow } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import { Strip } from "../../shared/Pieces";
import drafts from "../drafts/Drafts.module.css";
import { FormTable } from "../drafts/FormTable";
import type { Editing } from "../drafts/useEditing";
import { Asked } from "./Asked";
import { Folded } from "./Folded";
import { Parties } from "./Parties";
import { PersonPicker } from "./PersonPicker";
import { emptied, personAnswers } from "./rows";
import { sectionsOf } from "./steps";

type Props = { form: DraftForm; editing: Editing; people: readonly PoaPerson[]; target: string | null };

export function GiverStep({ form, editing, people, target }: Props) {
  const { t } = useTexts();
  const { fields, set, disabled } = editing;
  const asked = form.sections.flatMap((section) => section.fields.map((field) => field.name));
  return (
    <>
      {sectionsOf(form, "giver").map(({ heading, fields: questions, table }) => {
        const about = questions[0]?.name ?? table?.name ?? "";
        const isHead = questions.some((field) => field.name === "head.surname");
        return (
          <section key={heading} className={drafts.section} aria-label={heading}>
            <h2>{heading}</h2>
            {about.startsWith("from.") && <ParentPicker editing={editing} />}
            {isHead && <PersonPicker people={people} label={t("ui.poaForm.people.known")} disabled={disabled} testId="poa-head-pick" onPick={(person) => set(personAnswers(fields, "head.", asked, person))} />}
            <Asked fields={questions} editing={editing} target={target} name={isHead ? "head" : about.startsWith("from.") ? "from" : "principal"} />
            {table?.name === "principals" && <Parties table={table} name="principals" people={people} editing={editing} />}
            {table?.name === "heads" && (
              <Folded needed={target?.startsWith("heads") ?? false} testId="more-heads" title={t("ui.poaForm.heads")}><FormTable table={table} heading={heading} editing={editing} /></Folded>
            )}
          </section>
        );
      })}
    </>
  );
}

/** Chooses the power of attorney that is passed on; everything it gives becomes the answers. */
function ParentPicker({ editing }: { editing: Editing }) {
  const { t, date } = useTexts();
  const { fields, set, disabled } = editing;
  const parents = useHostQuery("poa-parents", host.poaParents, ["documents-changed"]);
  const pick = useAction(async (number: string) => {
    const answers = await host.redelegationOf(number);
    const isReplaced = (name: string) => /^(powers|limits|principals|heads)\/|^(principal|entrepreneur|foreign|company|manager|head|from|powers|tax|purpose)\./.test(name);
    set({ ...emptied(fields, (name) => isReplaced(name) || (name in answers && !name.startsWith("representative."))), ...Object.fromEntries(Object.entries(answers).filter(([name]) => !name.startsWith("representative."))) });
  });
  const label = ({ representatives, principal, expires }: PoaRow) => t("ui.poaForm.parent.line", { principal, names: representatives.join("; "), expires: date(expires) });
  if (parents.data && parents.data.length === 0 && !fields["from.file"]) return <Strip tone="info"><p>{t("ui.poaForm.parent.none")}</p></Strip>;
  const chosen = fields["from.parent"] || fields["from.first"] || null;
  const data = parents.data?.map((row) => ({ value: row.number, label: label(row) })) ?? [];
  return (
    <>
      <Select
        label={t("ui.poaForm.parent.label")} description={t("ui.poaForm.parent.hint")} placeholder={t("ui.poaForm.parent.placeholder")} data={data} value={data.some((one) => one.value === chosen) ? chosen : null}
        onChange={(number) => number && void pick.run(number)} searchable disabled={disabled || pick.busy} maw={640} data-testid="poa-parent-pick"
      />
      {pick.error && <ErrorNotice error={pick.error} onClose={pick.clear} />}
    </>
  );
}

/** «Ограничения и срок»: the last day by a button, and limits of each power with the values that are admissible. */
import { ActionIcon, Button, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { host, type DraftForm, type PoaPower } from "../../ipc";
import { Icon } from "../../shared/Icon";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import drafts from "../drafts/Drafts.module.css";
import { FormTable } from "../drafts/FormTable";
import type { Editing } from "../drafts/useEditing";
import { Asked } from "./Asked";
import { TERMS, dayText, lastDay, parseDay } from "./days";
import { Folded } from "./Folded";
import styles from "./PoaForm.module.css";
import { addLimit, chosenPowers, emptied, limitsOf, rowNames } from "./rows";
import { sectionsOf } from "./steps";

type Props = { form: DraftForm; editing: Editing; target: string | null };

export function TermsStep({ form, editing, target }: Props) {
  const { t } = useTexts();
  return sectionsOf(form, "terms").map(({ heading, fields: questions, table }) => (
    <section key={heading} className={drafts.section} aria-label={heading}>
      <h2>{heading}</h2>
      {questions.length > 0 && <TermButtons editing={editing} />}
      <Asked fields={questions} editing={editing} target={target} name="number" />
      {table && (
        <>
          <p className="small muted">{t("ui.poaForm.limits.hint")}</p>
          <Limits editing={editing} />
          <Folded needed={isStray(editing)} testId="more-limits" title={t("ui.poaForm.limits.byHand")}><FormTable table={table} heading={heading} editing={editing} /></Folded>
        </>
      )}
    </section>
  ));
}

function TermButtons({ editing }: { editing: Editing }) {
  const { t } = useTexts();
  const choose = (term: (typeof TERMS)[number]) => {
    const first = parseDay(editing.fields.issued ?? "") ?? new Date();
    editing.set({ issued: dayText(first), expires: dayText(lastDay(first, term)) });
  };
  return (
    <div role="group" aria-label={t("ui.poaForm.term.label")} className={styles.chips}>
      <span className={styles.term}>{t("ui.poaForm.term.label")}</span>
      {TERMS.map((term) => <Button key={term} size="compact-sm" variant="default" disabled={editing.disabled} onClick={() => choose(term)} data-testid={`poa-term-${term}`}>{t(`ui.poaForm.term.${term}`)}</Button>)}
    </div>
  );
}

/** A limit of a power that is not chosen any more: it can only be seen in the plain table. */
function isStray({ fields }: Editing): boolean {
  const codes = new Set(chosenPowers(fields).map((one) => one.code));
  return rowNames(fields, "limits").some((row) => !codes.has(fields[`limits/${row}/power`] ?? ""));
}

function Limits({ editing }: { editing: Editing }) {
  const { t } = useTexts();
  const chosen = chosenPowers(editing.fields);
  const codes = chosen.map((one) => one.code).filter(Boolean);
  const known = useHostQuery(`poa-known-${codes.join()}`, () => (codes.length > 0 ? host.poaPowers({ text: "", group: null, codes }) : Promise.resolve(null)));
  if (chosen.length === 0) return <p className="muted small">{t(editing.fields["powers.kind"] === "text" ? "ui.poaForm.limits.inWords" : "ui.poaForm.limits.noPowers")}</p>;
  return (
    <ul className={styles.rows}>
      {chosen.map(({ row, code, name }) => <LimitsOfPower key={row} code={code} name={name} known={known.data?.items.find((one) => one.code === code) ?? null} editing={editing} />)}
    </ul>
  );
}

function LimitsOfPower({ code, name, known, editing }: { code: string; name: string; known: PoaPower | null; editing: Editing }) {
  const { t } = useTexts();
  const { fields, set, disabled } = editing;
  const [adding, setAdding] = useState("");
  const rows = limitsOf(fields, code);
  const taken = new Set(rows.map((row) => fields[`limits/${row}/code`]));
  const left = known?.restrictions.filter((one) => !taken.has(one.code)) ?? [];
  const add = (limit: string) => {
    const chosen = left.find((one) => one.code === limit);
    if (chosen) set(addLimit(fields, code, chosen));
    setAdding("");
  };
  return (
    <li className={styles.limited} data-testid={`poa-limits-${code}`}>
      <span className={styles.powerName}>{name}</span>
      {rows.length === 0 && <span className="small muted">{t(left.length > 0 ? "ui.poaForm.limits.none" : "ui.poaForm.limits.cannot")}</span>}
      {rows.map((row) => {
        const at = (cell: string) => `limits/${row}/${cell}`;
        const limit = known?.restrictions.find((one) => one.code === fields[at("code")]);
        const label = fields[at("name")] ?? "";
        const common = { label, disabled, error: editing.problemOf(at("value")) ?? editing.problemOf(at("power")), onBlur: () => editing.acts.leave(at("value")), "data-testid": `poa-limit-${code}-${fields[at("code")] ?? ""}`, "data-field": at("value") };
        return (
          <div key={row} className={styles.limit}>
            {limit && limit.values.length > 0 ? (
              <NativeSelect
                {...common} value={fields[at("value")] ?? ""} data={[{ value: "", label: t("ui.poaForm.limits.choose") }, ...limit.values]}
                onChange={(event) => { const { value } = event.currentTarget; set({ [at("value")]: value, [at("value-name")]: limit.values.find((one) => one.value === value)?.label ?? "", [at("kind")]: "code" }); }}
              />
            ) : (
              <TextInput {...common} value={fields[at("value")] ?? ""} inputMode={limit?.kind === "money" ? "decimal" : limit && limit.kind !== "text" ? "numeric" : "text"} onChange={(event) => set({ [at("value")]: event.currentTarget.value })} />
            )}
            <ActionIcon variant="subtle" color="gray" disabled={disabled} aria-label={t("ui.poaForm.remove", { name: label })} title={t("ui.poaForm.remove", { name: label })} onClick={() => set(emptied(fields, (field) => field.startsWith(`limits/${row}/`)))}><Icon name="close" size={16} /></ActionIcon>
          </div>
        );
      })}
      {left.length > 0 && (
        <NativeSelect
          size="xs" className={styles.addLimit} aria-label={t("ui.poaForm.limits.add", { name })} value={adding} disabled={disabled} onChange={(event) => add(event.currentTarget.value)} data-testid={`poa-limit-add-${code}`}
          data={[{ value: "", label: t("ui.poaForm.limits.addOne") }, ...left.map((one) => ({ value: one.code, label: one.name }))]}
        />
      )}
    </li>
  );
}

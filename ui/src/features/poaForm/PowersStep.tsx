/** «Полномочия»: by role, by search, or in words; what was chosen stands beside it in words, the code small. */
import { ActionIcon, Button, NativeSelect, TextInput, UnstyledButton } from "@mantine/core";
import { useDeferredValue, useState } from "react";
import { host, type DraftForm, type PoaPower } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Label, Strip } from "../../shared/Pieces";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import drafts from "../drafts/Drafts.module.css";
import { FormTable } from "../drafts/FormTable";
import type { Editing } from "../drafts/useEditing";
import { Asked } from "./Asked";
import { Folded } from "./Folded";
import styles from "./PoaForm.module.css";
import { addPowers, chosenPowers, removePower } from "./rows";
import { sectionsOf } from "./steps";

type Props = { form: DraftForm; editing: Editing; target: string | null };

export function PowersStep({ form, editing, target }: Props) {
  const { t } = useTexts();
  const byCode = editing.fields["powers.kind"] !== "text";
  return sectionsOf(form, "powers").map(({ heading, fields: questions, table }) => (
    <section key={heading} className={drafts.section} aria-label={heading}>
      <h2>{heading}</h2>
      <Asked fields={questions} editing={editing} target={target} name={questions[0]?.name.split(".")[0] ?? ""} />
      {table && byCode && (
        <>
          <Templates editing={editing} />
          <div className={styles.picking}>
            <Search editing={editing} />
            <ChosenPowers editing={editing} />
          </div>
          <Folded needed={false} testId="more-codes" title={t("ui.poaForm.powers.byHand")}><FormTable table={table} heading={heading} editing={editing} /></Folded>
        </>
      )}
    </section>
  ));
}

function Templates({ editing }: { editing: Editing }) {
  const { t } = useTexts();
  const templates = useHostQuery("poa-templates", host.poaTemplates);
  if (!templates.data || templates.data.length === 0) return null;
  return (
    <div role="group" aria-label={t("ui.poaForm.powers.roles")} className={styles.roles}>
      <p className="small muted">{t("ui.poaForm.powers.rolesHint")}</p>
      <div className={styles.chips}>
        {templates.data.map((role) => (
          <Button
            key={role.code} size="compact-sm" variant="default" title={role.explanation} disabled={editing.disabled} data-testid={`poa-template-${role.code}`}
            onClick={() => editing.set(addPowers(editing.fields, role.powers))}
          >
            {role.name}
          </Button>
        ))}
      </div>
    </div>
  );
}

function Search({ editing }: { editing: Editing }) {
  const { t } = useTexts();
  const [text, setText] = useState("");
  const [group, setGroup] = useState("");
  const asked = useDeferredValue(text);
  const found = useHostQuery(`poa-powers-${group}-${asked}`, () => host.poaPowers({ text: asked, group: group || null, codes: [] }));
  /** While another answer is on its way, the last one stays. */
  const [last, setLast] = useState(found.data);
  if (found.data && found.data !== last) setLast(found.data);
  const shown = found.data ?? last;
  const chosen = new Set(chosenPowers(editing.fields).map((one) => one.code));
  const toggle = (power: PoaPower) => editing.set(chosen.has(power.code) ? removePower(editing.fields, power.code) : addPowers(editing.fields, [power]));
  return (
    <div className={styles.search}>
      <div className={styles.searchLine}>
        <TextInput
          label={t("ui.poaForm.powers.search")} placeholder={t("ui.poaForm.powers.searchHint")} leftSection={<Icon name="search" size={16} />} value={text} onChange={(event) => setText(event.currentTarget.value)} disabled={editing.disabled}
          error={editing.problemOf("powers")} data-testid="poa-power-search" data-field="powers"
        />
        <NativeSelect label={t("ui.poaForm.powers.group")} value={group} onChange={(event) => setGroup(event.currentTarget.value)} data={[{ value: "", label: t("ui.poaForm.powers.allGroups") }, ...(shown?.groups ?? [])]} data-testid="poa-power-group" />
      </div>
      {found.error && <ErrorNotice error={found.error} onRetry={() => void found.reload()} />}
      {shown?.problem && <ErrorNotice error={shown.problem} />}
      <ul className={styles.found} aria-label={t("ui.poaForm.powers.found")} tabIndex={0}>
        {shown?.items.map((power) => (
          <li key={power.code}>
            <UnstyledButton className={styles.power} aria-pressed={chosen.has(power.code)} disabled={editing.disabled} onClick={() => toggle(power)} data-testid={`poa-power-${power.code}`}>
              <Icon name={chosen.has(power.code) ? "check" : "plus"} size={18} />
              <span>
                <span className={styles.powerName}>{power.name}</span>
                <span className="small muted">{power.explanation}</span>
                <span className={styles.code}>{power.code}</span>
              </span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
      {shown && shown.items.length === 0 && <p className="muted small" role="status" data-testid="poa-power-none">{t("ui.poaForm.powers.none")}</p>}
      {shown && shown.total > shown.items.length && <p className="muted small">{t("ui.poaForm.powers.rest", { count: shown.total - shown.items.length })}</p>}
    </div>
  );
}

function ChosenPowers({ editing }: { editing: Editing }) {
  const { t } = useTexts();
  const { fields, set, disabled } = editing;
  const chosen = chosenPowers(fields);
  const problem = editing.problemOf("powers");
  return (
    <div className={styles.chosen} data-testid="poa-chosen">
      <h3>{t("ui.poaForm.powers.chosen", { count: chosen.length })}</h3>
      {chosen.length === 0 && (problem ? <Strip tone="bad"><p>{t("ui.poaForm.powers.missing")}</p></Strip> : <p className="muted small">{t("ui.poaForm.powers.empty")}</p>)}
      <ul className={styles.rows}>
        {chosen.map(({ row, code, name }) => {
          const wrong = editing.problemOf(`powers/${row}/code`) ?? editing.problemOf(`powers/${row}/name`);
          return (
            <li key={row} className={styles.row} data-testid={`poa-chosen-${code}`} data-field={`powers/${row}/code`} tabIndex={-1}>
              <span>
                <span className={styles.powerName}>{name || code}</span>
                <span className={styles.code}>{code}</span>
                {wrong && <Label tone="bad">{wrong}</Label>}
              </span>
              <ActionIcon variant="subtle" color="gray" disabled={disabled} aria-label={t("ui.poaForm.remove", { name: name || code })} title={t("ui.poaForm.remove", { name: name || code })} onClick={() => set(removePower(fields, code))} data-testid={`poa-remove-${code}`}>
                <Icon name="close" size={16} />
              </ActionIcon>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

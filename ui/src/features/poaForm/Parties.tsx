/** Further principals or representatives: a card for each with the questions that fit its kind. */
import { ActionIcon, Button, Menu } from "@mantine/core";
import type { FormTableView, PoaPerson } from "../../ipc";
import { Icon } from "../../shared/Icon";
import { useTexts } from "../../shared/useTexts";
import drafts from "../drafts/Drafts.module.css";
import { FormField } from "../drafts/FormField";
import { cellName, nextRow } from "../drafts/names";
import type { Editing } from "../drafts/useEditing";
import { PersonPicker } from "./PersonPicker";
import styles from "./PoaForm.module.css";
import { emptied, rowAnswers, rowNames } from "./rows";
import { columnsFor } from "./steps";

type Props = { table: FormTableView; name: "principals" | "representatives"; people: readonly PoaPerson[]; editing: Editing };

export function Parties({ table, name, people, editing }: Props) {
  const { t } = useTexts();
  const { fields, set, disabled } = editing;
  const rows = rowNames(fields, name);
  const problem = editing.problemOf(name);
  const kinds = table.columns.find((column) => column.name === "kind")?.choices ?? [];
  return (
    <div className={styles.parties} data-testid={`table-${name}`}>
      {problem && <p className={drafts.problem} role="alert">{problem}</p>}
      {rows.map((row, index) => {
        const kind = fields[`${name}/${row}/kind`] ?? "";
        const columns = columnsFor(kind, name);
        const title = t(`ui.poaForm.${name}.one`, { number: index + 2 });
        return (
          <section key={row} className={styles.party} aria-label={title} data-testid={`party-${name}-${index + 1}`}>
            <div className={styles.partyHead}>
              <h3>{title}</h3>
              <ActionIcon variant="subtle" color="gray" disabled={disabled} aria-label={t("ui.poaForm.remove", { name: title })} title={t("ui.poaForm.remove", { name: title })} data-testid={`remove-${name}-${index + 1}`}
                onClick={() => set(emptied(fields, (field) => field.startsWith(`${name}/${row}/`)))}
              >
                <Icon name="close" size={16} />
              </ActionIcon>
            </div>
            {(kind === "person" || kind === "entrepreneur") && (
              <PersonPicker people={people} label={t("ui.poaForm.people.known")} disabled={disabled} testId={`poa-person-pick-${name}-${index + 1}`} onPick={(person) => set(rowAnswers(`${name}/${row}`, columns, person))} />
            )}
            <div className={drafts.fields}>
              {table.columns.filter((column) => columns.has(column.name)).map((column) => {
                const cell = cellName(table, row, column);
                return <FormField key={cell} field={column} name={cell} {...editing.input(cell)} />;
              })}
            </div>
          </section>
        );
      })}
      <Menu position="bottom-start">
        <Menu.Target>
          <Button variant="default" leftSection={<Icon name="plus" />} disabled={disabled} data-testid={`add-${name}`} data-field={name}>{t(`ui.poaForm.${name}.add`)}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {kinds.map((kind) => (
            <Menu.Item key={kind.value} onClick={() => set({ [`${name}/${nextRow(rows)}/kind`]: kind.value })} data-testid={`add-${name}-${kind.value}`}>{kind.label}</Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

/** Fields before and after. */
import type { DraftForm } from "../../ipc";
import { useTexts } from "../../shared/useTexts";
import styles from "./Drafts.module.css";
import { isShown, labelOf, rowsOf, valueText } from "./names";

export type Change = { field: string; from: string | null; to: string | null };

export function Changes({ form, fields, changes }: { form: DraftForm; fields: Record<string, string>; changes: readonly Change[] }) {
  const { t } = useTexts();
  const rowsIn = (name: string) => {
    const table = form.sections.find((section) => section.table?.name === name.split("/")[0])?.table;
    // Rows that are gone keep their place in the numbering.
    return table ? rowsOf(table, { ...fields, ...Object.fromEntries(changes.map((one) => [one.field, one.to ?? one.from ?? ""])) }) : [];
  };
  return (
    <dl className={styles.changes}>
      {changes.filter(({ field }) => isShown(form, field)).map(({ field, from, to }) => (
        <div key={field} data-testid={`change-${field}`}>
          <dt>{labelOf(form, field, rowsIn(field), (heading, row, label) => t("ui.drafts.rowOf", { heading, row }) + `: ${label}`)}</dt>
          <dd>
            {from !== null && <del>{valueText(form, field, from)}</del>}
            {to !== null ? <ins>{valueText(form, field, to)}</ins> : <span className="muted">{t("ui.drafts.history.cleared")}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The form of a draft: sections of fields and tables, as the form's data says. */
import { useEffect, useRef } from "react";
import { CounterpartyPicker } from "./CounterpartyPicker";
import { FormField } from "./FormField";
import { FormTable } from "./FormTable";
import styles from "./Drafts.module.css";
import { isAsked } from "./names";
import { useEditing, type EditingProps } from "./useEditing";

export function DraftForm(props: EditingProps) {
  const { form, state, disabled, found } = props;
  const { draft, fields } = state;
  const editing = useEditing(props);
  const sections = useRef<HTMLDivElement>(null);

  // After a failed making the first wrong field is where the eyes should be.
  const firstFound = found.problems.find((problem) => problem.field !== null)?.field ?? null;
  useEffect(() => {
    if (!firstFound) return;
    const inputs = sections.current?.querySelectorAll<HTMLElement>("[data-field]") ?? [];
    [...inputs].find((input) => input.dataset.field === firstFound)?.focus();
  }, [found, firstFound]);

  if (!draft) return null;
  return (
    <div className={styles.form} ref={sections}>
      {form.sections.map((section) => {
        const asked = section.fields.filter((field) => !field.computed && isAsked(field, fields));
        const computed = section.fields.filter((field) => field.computed);
        return (
          <section key={section.heading} className={styles.section} aria-label={section.heading}>
            <h2>{section.heading}</h2>
            {Object.keys(section.counterparty).length > 0 && <CounterpartyPicker section={section} disabled={disabled} acts={editing.acts} />}
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

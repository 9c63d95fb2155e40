/** One question of a form: its input, what is wrong with the answer, and the choice when two people answered differently. */
import { Button, Checkbox, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { memo } from "react";
import type { DraftConflict, FormFieldKind, FormFieldView } from "../../ipc";
import { Label } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import { AttachedFiles } from "./AttachedFiles";
import { DictionaryField } from "./DictionaryField";
import styles from "./Drafts.module.css";

/** What is done with a field; the same object as long as the form is open, so that typing draws one field and not the whole form. */
export type Acts = {
  change: (name: string, value: string) => void; fill: (values: Record<string, string>) => void; leave: (name: string) => void; settle: (name: string, value: string | null) => void;
  show: (name: string, value: string | null) => string;
  /** Lets files be chosen for the field. */
  attach: (name: string) => void;
};

type Props = {
  field: FormFieldView; name: string; value: string; problem: string | null; conflict: DraftConflict | undefined; disabled: boolean; acts: Acts;
  /** In a table the column's head is the label. */
  bare?: boolean;
};

const numeric: Partial<Record<FormFieldKind, "numeric" | "decimal">> = { money: "decimal", inn: "numeric", kpp: "numeric", ogrn: "numeric", ogrnip: "numeric", snils: "numeric", account: "numeric", number: "decimal" };
const mono = new Set<FormFieldKind>(["identifier", "inn", "kpp", "ogrn", "ogrnip", "snils", "account"]);

export const FormField = memo(function FormField({ field, name, value, problem, conflict, disabled, acts, bare }: Props) {
  const { t } = useTexts();
  const common = {
    ...(bare ? { "aria-label": field.label } : { label: field.label, description: field.help }), required: field.required && !bare, disabled, error: problem, onBlur: () => acts.leave(name),
    "data-testid": `field-${name}`, "data-field": name,
  };
  return (
    <div className={`${styles.field} ${field.kind === "prose" ? styles.wide : ""} ${conflict ? styles.conflicted : ""}`}>
      {field.kind === "choice" ? (
        <NativeSelect
          {...common} value={value} onChange={(event) => acts.change(name, event.currentTarget.value)}
          data={[...(value === "" ? [{ value: "", label: "" }] : []), ...field.choices]}
        />
      ) : field.kind === "flag" ? (
        <Checkbox
          label={field.required ? <>{field.label} <span className={styles.star} aria-hidden>*</span></> : field.label} required={field.required} description={field.help} disabled={disabled} error={problem} checked={value === "true"} data-testid={`field-${name}`} data-field={name}
          onChange={(event) => acts.change(name, event.currentTarget.checked ? "true" : "")}
        />
      ) : field.kind === "dictionary" && field.dictionary ? (
        <DictionaryField common={common} dictionary={field.dictionary} value={value} onChange={(next) => acts.change(name, next)} />
      ) : field.kind === "file" ? (
        <AttachedFiles field={field} name={name} value={value} problem={problem} disabled={disabled} acts={acts} />
      ) : field.kind === "prose" ? (
        <Textarea {...common} value={value} onChange={(event) => acts.change(name, event.currentTarget.value)} rows={4} />
      ) : (
        <TextInput
          {...common} value={value} onChange={(event) => acts.change(name, event.currentTarget.value)} autoComplete="off" spellCheck={field.kind === "text"}
          {...(numeric[field.kind] ? { inputMode: numeric[field.kind] } : {})} {...(field.kind === "date" ? { placeholder: t("ui.drafts.datePlaceholder") } : {})}
          classNames={{ input: [mono.has(field.kind) ? "mono" : "", field.kind === "money" ? styles.money : ""].join(" ").trim() }}
        />
      )}
      {conflict && (
        <div className={styles.conflict} role="group" aria-label={t("ui.drafts.conflict.label", { field: field.label })} data-testid={`conflict-${name}`}>
          <Label tone="warn">{t("ui.drafts.conflict.theirs", { value: acts.show(name, conflict.theirs) || t("ui.drafts.emptyValue") })}</Label>
          <div className={styles.choices}>
            <Button size="compact-sm" variant="default" onClick={() => acts.settle(name, conflict.theirs)} data-testid={`take-theirs-${name}`}>{t("ui.drafts.conflict.take")}</Button>
            <Button size="compact-sm" variant="default" onClick={() => acts.settle(name, value || null)} data-testid={`keep-mine-${name}`}>{t("ui.drafts.conflict.keep")}</Button>
          </div>
        </div>
      )}
    </div>
  );
});

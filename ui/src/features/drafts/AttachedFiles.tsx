/** Files attached to a field: each with its size and a way to take it off; a line of the value is `digest/size/name`. */
import { Button, CloseButton, Input } from "@mantine/core";
import type { FormFieldView } from "../../ipc";
import { Icon } from "../../shared/Icon";
import { useTexts } from "../../shared/useTexts";
import styles from "./Drafts.module.css";
import type { Acts } from "./FormField";

type Props = { field: FormFieldView; name: string; value: string; problem: string | null; disabled: boolean; acts: Acts };

const parts = (line: string) => {
  const [digest = "", size = "0", ...name] = line.split("/");
  return { digest, size: Number(size), name: name.join("/") };
};

export function AttachedFiles({ field, name, value, problem, disabled, acts }: Props) {
  const { t, size } = useTexts();
  const lines = value.split("\n").filter((line) => line !== "");
  const add = lines.length === 0 || field.many;
  return (
    <Input.Wrapper label={field.label} required={field.required} error={problem} labelElement="div" description={field.help ?? (field.extensions.length > 0 ? t("ui.services.files.kinds", { kinds: field.extensions.join(", ") }) : undefined)}>
      {lines.length > 0 && (
        <ul className={styles.attached}>
          {lines.map((line) => {
            const file = parts(line);
            return (
              <li key={file.digest}>
                <Icon name="documents" size={16} />
                <span>{file.name}</span>
                <span className="muted small">{size(file.size)}</span>
                {!disabled && <CloseButton size="sm" aria-label={t("ui.services.files.remove", { name: file.name })} onClick={() => acts.change(name, lines.filter((other) => other !== line).join("\n"))} />}
              </li>
            );
          })}
        </ul>
      )}
      {add && <div><Button variant="default" size="compact-sm" leftSection={<Icon name="plus" size={16} />} disabled={disabled} onClick={() => acts.attach(name)} data-testid={`field-${name}`} data-field={name}>{t("ui.services.files.add")}</Button></div>}
    </Input.Wrapper>
  );
}

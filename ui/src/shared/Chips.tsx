/** What a list is narrowed to, each with a way to take it off. */
import { Pill } from "@mantine/core";
import styles from "./Chips.module.css";
import { useTexts } from "./useTexts";

/** `chips`: the name of each, and what is chosen without it. */
type Props<T> = { label: string; testId: string; chips: [string, T][]; onChoose: (without: T) => void };

export function Chips<T>({ label, testId, chips, onChoose }: Props<T>) {
  const { t } = useTexts();
  if (chips.length === 0) return null;
  return (
    <ul className={styles.chips} aria-label={label} data-testid={testId}>
      {chips.map(([name, without]) => (
        <li key={name} className={styles.chip}>
          <Pill
            size="md" withRemoveButton onRemove={() => onChoose(without)}
            removeButtonProps={{ "aria-label": t("ui.documents.filters.remove", { name }), "aria-hidden": false, tabIndex: 0 }}
          >
            {name}
          </Pill>
        </li>
      ))}
    </ul>
  );
}

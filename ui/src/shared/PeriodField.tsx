/** A first and a last day, either may be open. */
import { TextInput } from "@mantine/core";
import type { Days } from "../ipc";
import { Fieldset } from "./Fieldset";
import styles from "./PeriodField.module.css";
import { useTexts } from "./useTexts";

type Props = { label: string; days: Days; onChange: (days: Days) => void; testId: string };

export function PeriodField({ label, days, onChange, testId }: Props) {
  const { t } = useTexts();
  return (
    <Fieldset legend={label}>
      <div className={styles.days}>
        {(["from", "to"] as const).map((end) => (
          <TextInput
            key={end} type="date" size="xs" value={days[end] ?? ""} leftSection={t(`ui.period.${end}`)} aria-label={`${label} ${t(`ui.period.${end}`)}`}
            min={end === "to" ? (days.from ?? undefined) : undefined} max={end === "from" ? (days.to ?? undefined) : undefined}
            onChange={(event) => onChange({ ...days, [end]: event.currentTarget.value || null })} data-testid={`${testId}-${end}`}
          />
        ))}
      </div>
    </Fieldset>
  );
}

export const anyDay: Days = { from: null, to: null };
export const isChosen = (days: Days) => days.from !== null || days.to !== null;

/** The period in words, after what it is the period of. */
export function periodText({ t, date }: Pick<ReturnType<typeof useTexts>, "t" | "date">, what: string, { from, to }: Days): string {
  const params = { what, from: from && date(from), to: to && date(to) };
  if (from && to) return t("ui.period.between", params);
  return t(from ? "ui.period.since" : "ui.period.until", params);
}

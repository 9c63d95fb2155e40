/** The filters that are chosen, each with a way to take it off. */
import { Pill } from "@mantine/core";
import { host } from "../../ipc";
import { isChosen, periodText } from "../../shared/PeriodField";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import styles from "./Documents.module.css";
import { countFilters, noFilters, type Filters } from "./search";

export function FilterChips({ filters, onFilters }: { filters: Filters; onFilters: (filters: Filters) => void }) {
  if (countFilters(filters) === 0) return null;
  return <Chips filters={filters} onFilters={onFilters} />;
}

function Chips({ filters, onFilters }: { filters: Filters; onFilters: (filters: Filters) => void }) {
  const texts = useTexts();
  const { t } = texts;
  const kinds = useHostQuery("formats", host.documentFormats);
  const chips: [string, Filters][] = filters.formats.map((format) => [
    kinds.data?.find((kind) => kind.format === format)?.name ?? format, { ...filters, formats: filters.formats.filter((other) => other !== format) },
  ]);
  if (filters.signed !== null) chips.push([t(`ui.documents.filters.signed.${filters.signed ? "yes" : "no"}`), { ...filters, signed: null }]);
  for (const name of ["added", "updated"] as const) {
    if (isChosen(filters[name])) chips.push([periodText(texts, t(`ui.documents.filters.${name}`), filters[name]), { ...filters, [name]: noFilters[name] }]);
  }
  return (
    <ul className={styles.chips} aria-label={t("ui.documents.filters.chips")} data-testid="chips">
      {chips.map(([name, without]) => (
        <li key={name}>
          <Pill
            size="md" withRemoveButton onRemove={() => onFilters(without)}
            removeButtonProps={{ "aria-label": t("ui.documents.filters.remove", { name }), "aria-hidden": false, tabIndex: 0 }}
          >
            {name}
          </Pill>
        </li>
      ))}
    </ul>
  );
}

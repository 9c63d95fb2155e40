/** The filters that are chosen, each with a way to take it off. */
import { Pill } from "@mantine/core";
import { host, type Days } from "../../ipc";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import styles from "./Documents.module.css";
import { countFilters, noFilters, type Filters } from "./search";

export function FilterChips({ filters, onFilters }: { filters: Filters; onFilters: (filters: Filters) => void }) {
  if (countFilters(filters) === 0) return null;
  return <Chips filters={filters} onFilters={onFilters} />;
}

function Chips({ filters, onFilters }: { filters: Filters; onFilters: (filters: Filters) => void }) {
  const { t, date } = useTexts();
  const kinds = useHostQuery("formats", host.documentFormats);
  const period = (what: string, { from, to }: Days) => {
    const params = { what, from: from && date(from), to: to && date(to) };
    if (from && to) return t("ui.documents.filters.between", params);
    return t(from ? "ui.documents.filters.since" : "ui.documents.filters.until", params);
  };
  const chips: [string, Filters][] = filters.formats.map((format) => [
    kinds.data?.find((kind) => kind.format === format)?.name ?? format, { ...filters, formats: filters.formats.filter((other) => other !== format) },
  ]);
  if (filters.signed !== null) chips.push([t(`ui.documents.filters.signed.${filters.signed ? "yes" : "no"}`), { ...filters, signed: null }]);
  for (const name of ["added", "updated"] as const) {
    if (filters[name].from ?? filters[name].to) chips.push([period(t(`ui.documents.filters.${name}`), filters[name]), { ...filters, [name]: noFilters[name] }]);
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

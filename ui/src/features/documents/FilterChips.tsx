/** The filters that are chosen, each with a way to take it off. */
import { host } from "../../ipc";
import { Chips } from "../../shared/Chips";
import { isChosen, periodText } from "../../shared/PeriodField";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import { countFilters, noFilters, type Filters } from "./search";

export function FilterChips({ filters, onFilters }: { filters: Filters; onFilters: (filters: Filters) => void }) {
  if (countFilters(filters) === 0) return null;
  return <Chosen filters={filters} onFilters={onFilters} />;
}

function Chosen({ filters, onFilters }: { filters: Filters; onFilters: (filters: Filters) => void }) {
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
  return <Chips label={t("ui.documents.filters.chips")} testId="chips" chips={chips} onChoose={onFilters} />;
}

/** Offers counterparties that are known from drafts, documents and statements, by name or ИНН; choosing one fills the section's fields. */
import { Select } from "@mantine/core";
import { host, type Counterparty, type FormSectionView } from "../../ipc";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import type { Editing } from "./DraftForm";

/** As many as a list of names is read through; more letters narrow it. */
const SHOWN = 50;
const keyOf = ({ inn, kpp }: Counterparty) => `${inn}/${kpp ?? ""}`;

export function CounterpartyPicker({ section, editing }: { section: FormSectionView; editing: Pick<Editing, "set" | "disabled"> }) {
  const { t } = useTexts();
  const known = useHostQuery("counterparties", host.counterparties, ["documents-changed"]);
  // Without one there is nothing to choose, and what fails here is only a help.
  if (!known.data?.length) return null;
  const all = new Map(known.data.map((one) => [keyOf(one), one]));
  const choose = (key: string | null) => {
    const chosen = key === null ? undefined : all.get(key);
    // What is not known of the chosen one must not stay from another.
    if (chosen) editing.set(Object.fromEntries(Object.entries(section.counterparty).map(([fact, field]) => [field, chosen.facts[fact] ?? ""])));
  };
  const label = ({ name, inn, kpp }: Counterparty) => (kpp ? t("ui.drafts.counterparty.withKpp", { name, inn, kpp }) : t("ui.drafts.counterparty.line", { name, inn }));
  return (
    <Select
      label={t("ui.drafts.counterparty.label")} description={t("ui.drafts.counterparty.hint")} placeholder={t("ui.drafts.counterparty.placeholder")} nothingFoundMessage={t("ui.drafts.counterparty.none")}
      data={[...all].map(([value, one]) => ({ value, label: label(one) }))} value={null} onChange={choose} searchable limit={SHOWN} disabled={editing.disabled} mb="sm" maw={640}
      data-testid="counterparty"
    />
  );
}

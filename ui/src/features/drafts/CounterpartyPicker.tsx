/** Offers counterparties that are known from drafts, documents and statements, by name or ИНН; choosing one fills the section's fields. */
import { Select } from "@mantine/core";
import { memo, useMemo } from "react";
import { host, type Counterparty, type FormSectionView } from "../../ipc";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import type { Acts } from "./FormField";

/** As many as a list of names is read through; more letters narrow it. */
const SHOWN = 50;
const keyOf = ({ inn, kpp }: Counterparty) => `${inn}/${kpp ?? ""}`;

type Props = { section: FormSectionView; disabled: boolean; acts: Acts };

/** As a field, it is not drawn anew with every letter that is typed elsewhere. */
export const CounterpartyPicker = memo(function CounterpartyPicker({ section, disabled, acts }: Props) {
  const { t } = useTexts();
  const known = useHostQuery("counterparties", host.counterparties, ["documents-changed"]);
  const all = useMemo(() => new Map(known.data?.map((one) => [keyOf(one), one])), [known.data]);
  const data = useMemo(() => {
    const label = ({ name, inn, kpp }: Counterparty) => (kpp ? t("ui.drafts.counterparty.withKpp", { name, inn, kpp }) : t("ui.drafts.counterparty.line", { name, inn }));
    return [...all].map(([value, one]) => ({ value, label: label(one) }));
  }, [all, t]);
  // Without one there is nothing to choose, and what fails here is only a help.
  if (data.length === 0) return null;
  const choose = (key: string | null) => {
    const chosen = key === null ? undefined : all.get(key);
    // What is not known of the chosen one must not stay from another.
    if (chosen) acts.fill(Object.fromEntries(Object.entries(section.counterparty).map(([fact, field]) => [field, chosen.facts[fact] ?? ""])));
  };
  return (
    <Select
      label={t("ui.drafts.counterparty.label")} description={t("ui.drafts.counterparty.hint")} placeholder={t("ui.drafts.counterparty.placeholder")} nothingFoundMessage={t("ui.drafts.counterparty.none")}
      data={data} value={null} onChange={choose} searchable limit={SHOWN} disabled={disabled} mb="sm" maw={640}
      data-testid="counterparty"
    />
  );
});

/** Offers people the program knows — employees, those of earlier powers of attorney, owners of certificates — and fills in what is known. */
import { Select } from "@mantine/core";
import { useMemo } from "react";
import { host, type PoaPerson } from "../../ipc";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";

/** As many as a list of names is read through; more letters narrow it. */
const SHOWN = 50;

export const usePeople = () => useHostQuery("poa-people", host.poaPeople, ["drafts-changed"]).data ?? [];

type Props = { people: readonly PoaPerson[]; label: string; disabled: boolean; testId: string; onPick: (person: PoaPerson) => void };

export function PersonPicker({ people, label, disabled, testId, onPick }: Props) {
  const { t } = useTexts();
  const data = useMemo(() => people.map((person, index) => {
    const source = t(person.isHead ? "ui.poaForm.people.head" : `ui.poaForm.people.${person.source}`);
    return { value: String(index), label: [person.name, person.position, source].filter(Boolean).join(" · ") };
  }), [people, t]);
  // Without anybody there is nothing to choose, and it is only a help.
  if (data.length === 0) return null;
  const pick = (index: string | null) => {
    const person = index === null ? undefined : people[Number(index)];
    if (person) onPick(person);
  };
  return (
    <Select
      label={label} description={t("ui.poaForm.people.hint")} placeholder={t("ui.poaForm.people.placeholder")} nothingFoundMessage={t("ui.poaForm.people.none")}
      data={data} value={null} onChange={pick} searchable limit={SHOWN} disabled={disabled} maw={640} data-testid={testId}
    />
  );
}

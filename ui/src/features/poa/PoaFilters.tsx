/** Words, state, person and power the register is narrowed to. */
import { CloseButton, NativeSelect, Select, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { host, type PoaFacet } from "../../ipc";
import { Icon } from "../../shared/Icon";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import styles from "./Poa.module.css";
import { groups, type Narrow } from "./search";
import { poaStates } from "./states";

const TYPING_PAUSE_MS = 200;
/** More are found by typing. */
const SHOWN = 50;

type Props = { narrow: Narrow; onNarrow: (change: (old: Narrow) => Narrow) => void };

export function PoaFilters({ narrow, onNarrow }: Props) {
  const { t } = useTexts();
  const [typed, setTyped] = useState(narrow.text);
  const facets = useHostQuery("poa-facets", host.poaFacets, ["documents-changed"]).data;
  useEffect(() => {
    const timer = setTimeout(() => onNarrow((old) => (old.text === typed.trim() ? old : { ...old, text: typed.trim() })), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, onNarrow]);
  // Whoever resets the list empties the field as well.
  useEffect(() => {
    if (narrow.text === "") setTyped("");
  }, [narrow.text]);
  return (
    <div className={styles.tools}>
      <TextInput
        className={styles.search ?? ""} type="search" value={typed} onChange={(event) => setTyped(event.currentTarget.value)} placeholder={t("ui.poas.search")}
        aria-label={t("ui.poas.searchLabel")} leftSection={<Icon name="search" size={16} />} data-testid="poas-search"
        rightSection={typed !== "" && <CloseButton size="sm" onClick={() => setTyped("")} aria-label={t("ui.documents.clear")} />}
      />
      <NativeSelect
        className={styles.select ?? ""} value={narrow.show} onChange={(event) => { const show = event.currentTarget.value; onNarrow((old) => ({ ...old, show })); }} aria-label={t("ui.poas.show")} data-testid="poas-show"
        data={[
          { value: "", label: t("ui.poas.all") },
          { group: t("ui.poas.attention"), items: groups.map((value) => ({ value, label: t(`ui.poas.group.${value}`) })) },
          { group: t("ui.poas.states"), items: poaStates.filter((state) => state !== "refused").map((value) => ({ value, label: t(`poa.state.${value}`) })) },
        ]}
      />
      <Facet label={t("ui.poas.representative")} all={facets?.representatives ?? []} value={narrow.representative} onChange={(representative) => onNarrow((old) => ({ ...old, representative }))} testId="poas-representative" />
      <Facet label={t("ui.poas.power")} all={facets?.powers ?? []} value={narrow.power} onChange={(power) => onNarrow((old) => ({ ...old, power }))} testId="poas-power" />
    </div>
  );
}

function Facet({ label, all, value, onChange, testId }: { label: string; all: PoaFacet[]; value: string | null; onChange: (value: string | null) => void; testId: string }) {
  const { t, number } = useTexts();
  return (
    <Select
      className={styles.select ?? ""} aria-label={label} placeholder={label} searchable clearable limit={SHOWN} nothingFoundMessage={t("ui.poas.nothing")} value={value} onChange={onChange} data-testid={testId}
      data={all.map(({ code, name, count }) => ({ value: code, label: `${name} · ${number(count)}` }))} comboboxProps={{ width: 340, position: "bottom-start" }}
    />
  );
}

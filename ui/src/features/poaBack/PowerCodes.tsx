/** Powers a paper names, found in the classifier by words: nobody knows its codes by heart. */
import { MultiSelect } from "@mantine/core";
import { useDeferredValue, useEffect, useState, type ReactNode } from "react";
import { host } from "../../ipc";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";

type Props = { value: string[]; error: ReactNode; onChange: (codes: string[]) => void };

export function PowerCodes({ value, error, onChange }: Props) {
  const { t } = useTexts();
  const [text, setText] = useState("");
  const asked = useDeferredValue(text);
  const found = useHostQuery(`scan-powers ${asked}`, () => host.poaPowers({ text: asked, group: null, codes: [] })).data;
  // What was chosen keeps its name when other words are looked for.
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    if (found) setNames((old) => new Map([...old, ...found.items.map(({ code, name }): [string, string] => [code, name])]));
  }, [found]);
  const codes = [...new Set([...value, ...(found?.items.map(({ code }) => code) ?? [])])];
  return (
    <MultiSelect
      label={t("ui.poaBack.scan.fields.codes")} description={t("ui.poaBack.scan.codesHint")} value={value} error={error} data={codes.map((code) => ({ value: code, label: names.get(code) ?? code }))}
      searchable searchValue={text} onSearchChange={setText} onChange={onChange} filter={({ options }) => options} hidePickedOptions maxDropdownHeight={220} nothingFoundMessage={t("ui.poas.nothing")}
      data-testid="scan-powers"
    />
  );
}

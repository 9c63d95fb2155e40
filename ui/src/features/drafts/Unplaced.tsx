/** Answers of a template the form of today has no place for: shown until somebody removes them. */
import { Button } from "@mantine/core";
import { Facts, Strip } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import type { DraftState } from "./useDraft";

export function Unplaced({ state }: { state: DraftState }) {
  const { t } = useTexts();
  const left = state.draft?.unplaced.filter(({ field }) => state.fields[field]) ?? [];
  if (left.length === 0) return null;
  return (
    <Strip tone="warn" testId="unplaced">
      <p><b>{t("ui.drafts.unplaced.title")}</b></p>
      <p>{t("ui.drafts.unplaced.text")}</p>
      <Facts rows={left.map(({ label, value }) => [label, value === "true" ? t("ui.drafts.unplaced.yes") : value])} />
      {!state.draft?.isRemoved && <div><Button size="compact-sm" variant="default" onClick={() => state.set(Object.fromEntries(left.map(({ field }) => [field, ""])))} data-testid="remove-unplaced">{t("ui.drafts.unplaced.remove")}</Button></div>}
    </Strip>
  );
}

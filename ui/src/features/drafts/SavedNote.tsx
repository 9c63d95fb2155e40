/** Whether what was typed is safe: always in sight, never in the way. */
import { Icon } from "../../shared/Icon";
import { useTexts } from "../../shared/useTexts";
import styles from "./Drafts.module.css";
import type { DraftState } from "./useDraft";

export function SavedNote({ state, name }: { state: DraftState; name: string }) {
  const { t, time } = useTexts();
  const { saving, draft } = state;
  return (
    <p className={`${styles.saved} muted small`}>
      <span>{name}</span>
      <span role="status" data-testid="saving" data-saving={saving} className={saving === "failed" ? styles.unsaved : undefined}>
        {saving === "saved" && <Icon name="check" size={14} />}
        {saving === "failed" && <Icon name="warning" size={14} />}
        {saving === "saved" && draft ? t("ui.drafts.saved", { time: time(draft.updated) }) : t(`ui.drafts.${saving === "failed" ? "unsaved" : "saving"}`)}
      </span>
    </p>
  );
}

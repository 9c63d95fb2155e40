/** Journal entries in words. */
import type { JournalCheck, JournalRow } from "../../ipc";
import type { useTexts } from "../../shared/useTexts";

type Texts = ReturnType<typeof useTexts>;

export const actionText = ({ t, coded }: Texts, row: JournalRow) =>
  row.missing ? t("ui.journal.missing", { seq: row.seq }) : coded("journal", { code: row.action, params: row.params });

/** An actor is a person by name; what the program did by itself has none. */
export const actorName = ({ t }: Texts, name: string) => name || t("ui.journal.program");
export const actorText = (texts: Texts, row: JournalRow) => (row.missing ? "" : actorName(texts, row.actor));

/** What the last check says about a row. */
export function doubtOf(row: JournalRow, check: JournalCheck | null): "broken" | "unproven" | null {
  if (check?.brokenAt == null) return row.missing ? "broken" : null;
  if (row.seq === check.brokenAt) return "broken";
  return row.seq > check.proven ? "unproven" : null;
}

/** Journal entries in words. */
import type { JournalRow } from "../../ipc";
import type { useTexts } from "../../shared/useTexts";

type Texts = ReturnType<typeof useTexts>;

export const actionText = ({ coded }: Texts, row: JournalRow) => coded("journal", { code: row.action, params: row.params });

/** An actor is a person by name; what the program did by itself has none. */
export const actorText = ({ t }: Texts, row: JournalRow) => row.actor || t("ui.journal.program");

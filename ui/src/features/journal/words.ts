/** Journal entries in words. */
import type { JournalRow } from "../../ipc";
import { i18n } from "../../shared/i18n";
import type { useTexts } from "../../shared/useTexts";

type Texts = ReturnType<typeof useTexts>;

export const actionText = ({ coded }: Texts, row: JournalRow) => coded("journal", { code: row.action, params: row.params });

/** Actors are people by name; the program and the portal have names of their own. */
export const actorText = ({ t }: Texts, row: JournalRow) => (i18n.exists(`ui.journal.actors.${row.actor}`) ? t(`ui.journal.actors.${row.actor}`) : row.actor);

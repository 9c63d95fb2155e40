/** What is chosen in the journal: it stays while other screens are looked at, and is forgotten when the program is locked. */
import { useState } from "react";
import type { JournalCheck, JournalQuery, JournalTopic } from "../../ipc";
import { anyDay, isChosen } from "../../shared/PeriodField";

export type Selection = Omit<JournalQuery, "offset" | "limit">;
export type JournalPlace = {
  selection: Selection; select: (selection: Selection) => void;
  /** What the last check showed. */
  check: JournalCheck | null; setCheck: (check: JournalCheck | null) => void;
};

export const topics: JournalTopic[] = ["access", "documents", "mail", "drafts", "signatures", "sending", "certificates", "archive", "other"];
export const everything: Selection = { topic: null, actor: null, period: anyDay, text: "" };

export const countFilters = ({ topic, actor, period }: Selection) => Number(topic !== null) + Number(actor !== null) + Number(isChosen(period));
export const isEverything = (selection: Selection) => countFilters(selection) === 0 && selection.text.trim() === "";

export function useJournalPlace(): JournalPlace {
  const [selection, select] = useState(everything);
  const [check, setCheck] = useState<JournalCheck | null>(null);
  return { selection, select, check, setCheck };
}

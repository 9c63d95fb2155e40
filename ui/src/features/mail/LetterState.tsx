/** Whether a letter was opened, and by whom. */
import type { MailRow, MailRowState } from "../../ipc";
import { Label, type Tone } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";

const tones: Record<MailRowState, Tone> = { unopened: "accent", "opened-elsewhere": "quiet", opened: "ok", deleted: "quiet", unknown: "warn" };

export function LetterState({ row }: { row: MailRow }) {
  const { t, dateTime } = useTexts();
  return (
    <Label tone={tones[row.state]} icon={row.state === "unopened" ? "lock" : undefined}>
      {t(`ui.mail.state.${row.state}`, { who: row.who ?? "", when: row.at ? dateTime(row.at) : "" })}
    </Label>
  );
}

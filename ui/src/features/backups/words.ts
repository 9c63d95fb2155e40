/** How a backup is called in texts. */
import type { BackupView, UiError } from "../../ipc";

export type BackupState = "foreign" | "sound" | "broken" | "unchecked";

export function stateOf(backup: BackupView): BackupState {
  if (backup.foreign) return "foreign";
  if (backup.sound === null) return "unchecked";
  return backup.sound ? "sound" : "broken";
}

const damage = ["store.damaged", "store.database-missing", "store.value", "vault.header-damaged", "vault.header-damaged-copy-sound", "vault.header-forged"];

/** Whether only a backup can help. */
export const isDamage = (error: UiError | null) => error !== null && damage.includes(error.code);

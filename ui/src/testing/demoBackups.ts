/** Backups in every state, and what the fake host does with them. */
import type { BackupsView, BackupView } from "../bindings";
import { inDays } from "./demoPeople";

const backup = (days: number, part: Partial<BackupView> = {}): BackupView => ({
  id: `vault:${days}`, place: "vault", path: `/home/user/.local/share/kabinet/vault/backups/${days}`, taken: inDays(-days), sizeKb: 184_320,
  sound: true, checkedAt: inDays(-days), foreign: false, ...part,
});

export const demoBackups = (part: Partial<BackupsView> = {}): BackupsView => ({
  backups: [
    backup(0.4), backup(1.4, { id: "folder:1.4", place: "folder" }), backup(1.5, { sound: false, checkedAt: inDays(-0.1) }), backup(9, { sound: null, checkedAt: null }),
    backup(38),
  ],
  folder: { path: "/media/user/Копии", present: true }, keep: 0, last: inDays(-0.4), failures: [], running: false, ...part,
});

export const noBackups = (): BackupsView => demoBackups({ backups: [], folder: null, last: null });

export const absentDrive = (): BackupsView =>
  demoBackups({
    folder: { path: "/media/user/Переносной диск бухгалтерии/Резервные копии программы «Кабинет»", present: false },
    failures: [{ at: inDays(-0.2), place: "vault", error: { code: "store.full", params: {}, retriable: true } }],
  });

export const foundBackup = (): BackupView => backup(3, { id: "found:3", place: "found", foreign: true, sound: null, checkedAt: null });

export const withNewBackup = (view: BackupsView): BackupsView => ({ ...view, backups: [backup(0), ...view.backups], last: inDays(0), failures: [] });

export const checked = (view: BackupsView, id: string): BackupsView => ({
  ...view, backups: view.backups.map((one) => (one.id === id ? { ...one, sound: true, checkedAt: inDays(0) } : one)),
});

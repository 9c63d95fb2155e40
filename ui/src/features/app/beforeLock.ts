/** What is unsaved is saved before the vault closes. */
import { host } from "../../ipc";

type Save = () => Promise<void> | void;

/** The host waits two seconds at most; the last part of them belongs to its answer. */
const DEADLINE_MS = 1500;

const saves = new Set<Save>();

/** `save` runs before every lock; returns what ends that. */
export function onBeforeLock(save: Save): () => void {
  saves.add(save);
  return () => void saves.delete(save);
}

/** Runs what must run before a lock. A save that fails or hangs does not keep the vault open. */
export async function beforeLock(): Promise<void> {
  const all = Promise.allSettled([...saves].map(async (save) => save()));
  await Promise.race([all, new Promise((late) => setTimeout(late, DEADLINE_MS))]);
}

/** Saves, then closes the vault. */
export async function lockNow() {
  await beforeLock();
  return host.lock();
}

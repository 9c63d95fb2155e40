/** States of powers of attorney in words with an icon, and what the registry last said. */
import type { PoaRow } from "../../ipc";
import { Age } from "../../shared/Age";
import type { IconName } from "../../shared/Icon";
import { Label, type Tone } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import styles from "./Poa.module.css";

const looks: Record<string, { tone: Tone; icon: IconName }> = {
  made: { tone: "accent", icon: "sign" },
  signed: { tone: "accent", icon: "outbox" },
  queued: { tone: "info", icon: "clock" },
  processing: { tone: "info", icon: "sync" },
  "outcome-unknown": { tone: "warn", icon: "question" },
  refused: { tone: "bad", icon: "stop" },
  active: { tone: "ok", icon: "ok" },
  expired: { tone: "quiet", icon: "calendar" },
  revoked: { tone: "quiet", icon: "undo" },
};

export const poaStates = Object.keys(looks);
export const lookOf = (state: string) => looks[state] ?? { tone: "quiet" as const, icon: "question" as const };

/** Nothing changes it any more. */
export const isOver = (row: PoaRow) => ["refused", "expired", "revoked"].includes(row.state);
/** Days before the end from which it is spoken of. */
export const SOON = 30;
export const endsSoon = (row: PoaRow) => row.state === "active" && row.daysLeft >= 0 && row.daysLeft <= SOON;

export function PoaState({ row, pill = false, testId = "poa-row-state" }: { row: PoaRow; pill?: boolean; testId?: string }) {
  const { t, has } = useTexts();
  const { tone, icon } = lookOf(row.state);
  const key = `poa.state.${row.state}`;
  return (
    <span data-testid={testId} data-state={row.state}>
      <Label tone={tone} icon={icon} pill={pill}>{has(key) ? t(key) : row.state}</Label>
    </span>
  );
}

/** How long it still is in force; nothing for what is not. */
export function DaysLeft({ row }: { row: PoaRow }) {
  const { t } = useTexts();
  if (isOver(row)) return null;
  if (row.daysLeft < 0) return <Label tone="bad">{t("ui.poas.daysOver")}</Label>;
  const text = row.daysLeft === 0 ? t("ui.poas.lastDay") : t("ui.poas.daysLeft", { count: row.daysLeft });
  return row.daysLeft <= SOON ? <Label tone="warn" icon="clock">{text}</Label> : <span className="muted">{text}</span>;
}

/** What the registry said, and how old that is. A word that differs from what is known here stands out. */
export function RegistryWord({ row }: { row: PoaRow }) {
  const { t, has, dateTime } = useTexts();
  if (row.kind !== "electronic") return <span className="muted">{t(`ui.poas.kind.${row.kind}`)}</span>;
  // What has not left for the registry, or was refused by it, it cannot know.
  if (row.registry === null && (row.state === "made" || row.state === "refused")) return null;
  if (row.registry === null || row.heard === null) return <span className="muted">{t("ui.poas.registryNever")}</span>;
  const key = `poa.registry.${row.registry}`;
  const word = t("ui.poas.registrySays", { word: has(key) ? t(key) : row.registry });
  return <span className={`muted ${styles.registry}`} title={t("ui.poas.heardAt", { at: dateTime(row.heard) })}>{word}<Age since={row.heard} /></span>;
}

export const holdersOf = (row: PoaRow) => row.representatives.join(", ");

/** Enough of a number to tell it from others; the whole one is shown on hover and on the card. */
export const shortNumber = (number: string) => `${number.slice(0, 8)}…`;

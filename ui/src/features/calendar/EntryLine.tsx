/** One deadline: what, for which period, how much time is left, and whether it is done. */
import { Button, Checkbox } from "@mantine/core";
import type { CalendarEntry } from "../../ipc";
import { Label, type Tone } from "../../shared/Pieces";
import { paths } from "../../shared/router";
import { useTexts } from "../../shared/useTexts";
import styles from "./Calendar.module.css";
import { leftInWords, longDay, periodInWords } from "./words";

export const toneOf = (entry: CalendarEntry): Tone =>
  entry.done ? "ok" : entry.daysLeft < 0 ? "bad" : entry.daysLeft <= 3 ? "warn" : "quiet";

export const titleOf = (entry: CalendarEntry, t: (key: string, params?: Record<string, unknown>) => string) =>
  entry.kind === "power-of-attorney" ? t("ui.calendar.poa", { holder: entry.title }) : entry.kind === "certificate" ? t("ui.calendar.certificate", { holder: entry.title }) : entry.kind === "question" ? t("ui.calendar.question", { title: entry.title }) : entry.title;

/** Where it leads: the application an authority asks about, the power of attorney that ends, the review of access. */
function placeOf({ kind, id }: CalendarEntry): string | undefined {
  const named = id.split("/")[1];
  if (!named) return undefined;
  return kind === "question" ? paths.order(named) : kind === "power-of-attorney" ? paths.poa(named) : kind === "review" ? paths.employees("review") : undefined;
}

type Props = { entry: CalendarEntry; onDone?: (done: boolean) => void; onRemove?: () => void };

export function EntryLine({ entry, onDone, onRemove }: Props) {
  const texts = useTexts();
  const { t, language, date } = texts;
  const title = titleOf(entry, t);
  const place = placeOf(entry);
  const period = periodInWords(entry, texts);
  const facts = [
    period,
    entry.authority && t(`ui.calendar.authority.${entry.authority}`),
    entry.source,
    entry.named !== entry.due && t("ui.calendar.named", { date: date(entry.named) }),
    !entry.certain && t("ui.calendar.uncertain"),
  ].filter(Boolean);
  return (
    <li className={`${styles.entry} ${onDone ? "" : styles.plain}`} data-testid="deadline" data-id={entry.id} data-done={entry.done}>
      {onDone && (entry.kind === "certificate" ? <span /> : (
        <Checkbox
          checked={entry.done} onChange={(event) => onDone(event.currentTarget.checked)} aria-label={t("ui.calendar.doneOf", { title: `${title} ${period}`.trim() })}
          data-testid="deadline-done"
        />
      ))}
      <span className={styles.what}>
        <span className={entry.done ? styles.done : ""}>{place === undefined ? title : <a href={`#${place}`} data-testid="deadline-order">{title}</a>}</span>
        {facts.length > 0 && <span className="muted small">{facts.join(" · ")}</span>}
      </span>
      <span className={styles.state}>
        <b className="nowrap">{longDay(entry.due, language)}</b>
        <Label tone={toneOf(entry)}>{entry.done ? t("ui.calendar.done") : leftInWords(entry, texts)}</Label>
        {onRemove && entry.kind === "own" && (
          <Button variant="subtle" size="compact-sm" onClick={onRemove} aria-label={t("ui.calendar.removeOf", { title })} data-testid="remove-deadline">{t("ui.calendar.remove")}</Button>
        )}
      </span>
    </li>
  );
}

/** A month as calendars are printed: days off, today, and the days something falls due on. */
import { ActionIcon } from "@mantine/core";
import type { CalendarView } from "../../ipc";
import { Icon } from "../../shared/Icon";
import { useTexts } from "../../shared/useTexts";
import styles from "./Calendar.module.css";
import { longDay, monthName, moved, weekdays, weeksOf, type Month } from "./words";

type Props = { month: Month; view: CalendarView; onMonth: (month: Month) => void; onDay: (day: string) => void };

export function MonthGrid({ month, view, onMonth, onDay }: Props) {
  const { t, language } = useTexts();
  const off = new Set(view.daysOff);
  const due = new Map<string, number>();
  for (const entry of view.entries) if (!entry.done) due.set(entry.due, (due.get(entry.due) ?? 0) + 1);
  const name = monthName(month, language);
  const inMonth = (day: string) => Number(day.slice(5, 7)) - 1 === month.month;
  const classOf = (day: string) =>
    [styles.day, off.has(day) && styles.off, !inMonth(day) && styles.outside, day === view.today && styles.today, due.has(day) && styles.busy].filter(Boolean).join(" ");
  const label = (day: string) =>
    [longDay(day, language), day === view.today && t("ui.calendar.todayMark"), off.has(day) && t("ui.calendar.dayOff"), due.has(day) && t("ui.calendar.dueCount", { count: due.get(day) })]
      .filter(Boolean).join(", ");
  return (
    <div className={styles.card} data-testid="month-grid">
      <div className={styles.monthHead}>
        <ActionIcon variant="subtle" color="gray" onClick={() => onMonth(moved(month, -1))} aria-label={t("ui.calendar.previous")} data-testid="previous-month"><Icon name="back" size={16} /></ActionIcon>
        <h2 aria-live="polite">{name}</h2>
        <ActionIcon variant="subtle" color="gray" onClick={() => onMonth(moved(month, 1))} aria-label={t("ui.calendar.next")} data-testid="next-month"><Icon name="next" size={16} /></ActionIcon>
      </div>
      <table className={styles.grid} aria-label={name}>
        <thead>
          <tr>{weekdays(language).map((day) => <th key={day} scope="col">{day}</th>)}</tr>
        </thead>
        <tbody>
          {weeksOf(month).map((week) => (
            <tr key={week[0]}>
              {week.map((day) => (
                <td key={day} data-day={day} data-off={off.has(day)} data-due={due.get(day) ?? 0}>
                  {due.has(day) ? (
                    <button type="button" className={classOf(day)} onClick={() => onDay(day)} aria-label={label(day)}>{Number(day.slice(8))}</button>
                  ) : (
                    <span className={classOf(day)}><span aria-hidden="true">{Number(day.slice(8))}</span><span className="visually-hidden">{label(day)}</span></span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

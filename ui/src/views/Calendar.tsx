/** The calendar: deadlines of the law and one's own by month, with a month at a glance. Everything is counted on this computer. */
import { SegmentedControl, Switch } from "@mantine/core";
import { useEffect } from "react";
import { EntryLine } from "../features/calendar/EntryLine";
import styles from "../features/calendar/Calendar.module.css";
import { MonthGrid } from "../features/calendar/MonthGrid";
import { OwnDeadline } from "../features/calendar/OwnDeadline";
import { ProfileForm } from "../features/calendar/ProfileForm";
import { firstDay, lastDay, monthName, moved, weeksOf, type Month } from "../features/calendar/words";
import { host, type CalendarEntry, type CalendarProfile, type CalendarView } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Page } from "../shared/Page";
import { Empty, Loading, Strip } from "../shared/Pieces";
import { useKeptState } from "../shared/place";
import { useAction } from "../shared/useAction";
import { useHostQuery } from "../shared/useHostQuery";
import { useTexts } from "../shared/useTexts";

/** Months listed from the chosen one on. */
const LISTED = 3;

type Source = "all" | "fns" | "sfr" | "own";
const sources: readonly Source[] = ["all", "fns", "sfr", "own"];
const belongs = (entry: CalendarEntry, source: Source) => source === "all" || (source === "own" ? entry.authority === null : entry.authority === source);

const thisMonth = (): Month => {
  const now = new Date();
  return { year: now.getFullYear(), month: now.getMonth() };
};

export function Calendar() {
  const { t } = useTexts();
  const [month, setMonth] = useKeptState<Month>("calendar-month", thisMonth);
  const [source, setSource] = useKeptState<Source>("calendar-source", "all");
  const [hideDone, setHideDone] = useKeptState("calendar-hide-done", false);
  const weeks = weeksOf(month);
  const from = weeks[0]?.[0] ?? firstDay(month);
  const to = lastDay(moved(month, LISTED - 1));
  const query = useHostQuery("calendar", () => host.calendar(from, to), ["calendar-changed", "state-changed"]);
  const { reload } = query;
  // Another month is the same calendar: what is on the screen stays until the answer comes.
  useEffect(() => void reload(), [from, to, reload]);
  const change = useAction(async (work: () => Promise<unknown>) => {
    await work();
    await query.reload();
    return true;
  });
  const { data } = query;
  return (
    <Page title={t("ui.calendar.title")}>
      <div className={styles.stack}>
        {query.error && <ErrorNotice error={query.error} onRetry={() => void query.reload()} />}
        {change.error && <ErrorNotice error={change.error} onClose={change.clear} />}
        {!data && !query.error && <Loading rows={6} />}
        {data && (
          <>
            {data.undecreed.length > 0 && <Strip tone="info" testId="undecreed"><p>{t("ui.calendar.undecreed", { years: data.undecreed.join(", ") })}</p></Strip>}
            <div className={styles.columns}>
              <div className={styles.stack}>
                <div className={styles.filters}>
                  <SegmentedControl
                    value={source} onChange={(value) => setSource(value as Source)} aria-label={t("ui.calendar.filter")} data-testid="calendar-source"
                    data={sources.map((value) => ({ value, label: t(`ui.calendar.sources.${value}`) }))}
                  />
                  <Switch label={t("ui.calendar.hideDone")} checked={hideDone} onChange={(event) => setHideDone(event.currentTarget.checked)} data-testid="hide-done" />
                </div>
                <Months
                  view={data} month={month} wanted={(entry) => belongs(entry, source) && !(hideDone && entry.done)}
                  onDone={(entry, done) => void change.run(() => host.markDeadline(entry.id, done))} onRemove={(entry) => void change.run(() => host.removeDeadline(entry.id))}
                />
              </div>
              <div className={styles.side}>
                <MonthGrid month={month} view={data} onMonth={setMonth} onDay={showDay} />
                <OwnDeadline busy={change.busy} onAdd={async (title, due) => (await change.run(() => host.addDeadline(title, due))) === true} />
                <ProfileForm profile={data.profile} onChange={(profile: CalendarProfile) => void change.run(() => host.setCalendarProfile(profile))} />
              </div>
            </div>
          </>
        )}
      </div>
    </Page>
  );
}

function showDay(day: string) {
  document.querySelector(`[data-due-day="${day}"]`)?.scrollIntoView({ block: "center" });
}

type MonthsProps = {
  view: CalendarView; month: Month; wanted: (entry: CalendarEntry) => boolean; onDone: (entry: CalendarEntry, done: boolean) => void; onRemove: (entry: CalendarEntry) => void;
};

function Months({ view, month, wanted, onDone, onRemove }: MonthsProps) {
  const { t, language } = useTexts();
  const listed = Array.from({ length: LISTED }, (_, index) => moved(month, index)).map((one) => ({
    one, entries: view.entries.filter((entry) => wanted(entry) && entry.due >= firstDay(one) && entry.due <= lastDay(one)),
  }));
  if (listed.every(({ entries }) => entries.length === 0)) return <Empty icon="clock" title={t("ui.calendar.empty")} />;
  return (
    <>
      {listed.map(({ one, entries }) => (
        <section key={firstDay(one)} className={styles.month} aria-labelledby={`month-${firstDay(one)}`} data-testid={`month-${monthKey(one)}`}>
          <h2 id={`month-${firstDay(one)}`}>{monthName(one, language)}</h2>
          {entries.length === 0 && <p className="muted">{t("ui.calendar.nothing")}</p>}
          {daysOf(entries).map(([day, ofDay]) => (
            <ul key={day} className={styles.list} data-due-day={day}>
              {ofDay.map((entry) => <EntryLine key={entry.id} entry={entry} onDone={(done) => onDone(entry, done)} onRemove={() => onRemove(entry)} />)}
            </ul>
          ))}
        </section>
      ))}
    </>
  );
}

const monthKey = (month: Month) => firstDay(month).slice(0, 7);

/** Entries by day, in their order. */
function daysOf(entries: readonly CalendarEntry[]): [string, CalendarEntry[]][] {
  const days = new Map<string, CalendarEntry[]>();
  for (const entry of entries) days.set(entry.due, [...(days.get(entry.due) ?? []), entry]);
  return [...days];
}

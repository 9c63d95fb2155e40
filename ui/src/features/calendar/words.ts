/** Days and periods of the calendar in words. */
import type { CalendarEntry } from "../../ipc";

const pad = (value: number) => String(value).padStart(2, "0");

/** `yyyy-mm-dd` of a month's day; days beyond its ends belong to its neighbours. */
export function isoDay(year: number, month: number, day: number): string {
  const date = new Date(Date.UTC(year, month, day));
  return `${date.getUTCFullYear()}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`;
}

export type Month = { year: number; month: number };

export const monthOf = (day: string): Month => ({ year: Number(day.slice(0, 4)), month: Number(day.slice(5, 7)) - 1 });
export const moved = ({ year, month }: Month, by: number): Month => monthOf(isoDay(year, month + by, 1));
export const firstDay = ({ year, month }: Month) => isoDay(year, month, 1);
export const lastDay = ({ year, month }: Month) => isoDay(year, month + 1, 0);

/** Six weeks from the Monday before the first day, as calendars are printed here. */
export function weeksOf({ year, month }: Month): string[][] {
  const before = (new Date(Date.UTC(year, month, 1)).getUTCDay() + 6) % 7;
  const length = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const weeks = Math.ceil((before + length) / 7);
  return Array.from({ length: weeks }, (_, week) => Array.from({ length: 7 }, (_, day) => isoDay(year, month, week * 7 + day - before + 1)));
}

const locale = (language: string) => (language === "en" ? "en-GB" : "ru-RU");

export const monthName = ({ year, month }: Month, language: string) =>
  new Intl.DateTimeFormat(locale(language), { month: "long", year: "numeric", timeZone: "UTC" }).format(new Date(Date.UTC(year, month, 1)));

export const longDay = (day: string, language: string) =>
  new Intl.DateTimeFormat(locale(language), { day: "numeric", month: "long", weekday: "short", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));

/** Monday first. */
export const weekdays = (language: string) =>
  Array.from({ length: 7 }, (_, day) => new Intl.DateTimeFormat(locale(language), { weekday: "short", timeZone: "UTC" }).format(new Date(Date.UTC(2024, 0, day + 1))));

type Texts = { t: (key: string, params?: Record<string, unknown>) => string; language: string };

/** «за март 2026 г.», «за II квартал 2026 года», «за 2025 год»; nothing for what has no period. */
export function periodInWords(entry: CalendarEntry, { t, language }: Texts): string {
  const { period } = entry;
  if (!period) return "";
  if (period.kind === "month") return t("ui.calendar.forMonth", { month: monthName({ year: period.year, month: period.part - 1 }, language) });
  if (period.kind === "year") return t("ui.calendar.forYear", { year: period.year });
  return t("ui.calendar.forQuarter", { quarter: ["I", "II", "III", "IV"][period.part - 1], year: period.year });
}

/** How much time is left. */
export function leftInWords(entry: CalendarEntry, { t }: Texts): string {
  if (entry.daysLeft < 0) return t("ui.calendar.over", { count: -entry.daysLeft });
  if (entry.daysLeft === 0) return t("ui.calendar.today");
  return t("ui.calendar.left", { count: entry.workingDaysLeft });
}

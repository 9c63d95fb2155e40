/** Deadlines of the fake host, counted from today so that every state is in sight. */
import type { CalendarEntry, CalendarProfile, CalendarView } from "../bindings";
import { isoDay } from "../features/calendar/words";

const now = new Date();
export const dayFromNow = (by: number) => isoDay(now.getFullYear(), now.getMonth(), now.getDate() + by);

export const entry = (id: string, by: number, part: Partial<CalendarEntry> = {}): CalendarEntry => ({
  id, kind: "law", title: "Декларация по НДС", authority: "fns", source: "НК РФ, статья 174, пункт 5", period: { year: now.getFullYear(), part: 3, kind: "quarter" },
  due: dayFromNow(by), named: dayFromNow(by), daysLeft: by, workingDaysLeft: Math.max(0, Math.round((by * 5) / 7)), certain: true, done: false, ...part,
});

export const guessedProfile: CalendarProfile = { regime: "general", employer: true, vat: true, remind: true, quietFrom: 21, quietTo: 9, chosen: false };

export const demoEntries = (): CalendarEntry[] => [
  entry("contributions/2026/3", -2, { title: "Расчёт по страховым взносам (РСВ)", source: "НК РФ, статья 431, пункт 7" }),
  entry("ndfl-notice-first/2026/11", 0, { title: "Уведомление об исчисленном НДФЛ: с 1-го по 22-е число", period: { year: now.getFullYear(), part: 11, kind: "month" } }),
  entry("vat/2026/3", 3),
  entry("injury/2026/3", 3, { title: "ЕФС-1, раздел 2: взносы на травматизм", authority: "sfr", done: true, named: dayFromNow(2) }),
  entry("question/764000912/12900000001", 9, { kind: "question", title: "Акты сверки в ФНС", authority: null, source: null, period: null }),
  entry("own/1", 9, { kind: "own", title: "Сверка с поставщиком", authority: null, source: null, period: null }),
  entry("accounts/2026/0", 34, { title: "Годовая бухгалтерская отчётность", certain: false, period: { year: now.getFullYear(), part: 0, kind: "year" } }),
];

export function demoCalendar(entries: CalendarEntry[], profile: CalendarProfile, from: string, to: string): CalendarView {
  const daysOff: string[] = [];
  for (let day = new Date(`${from}T00:00:00Z`); day.toISOString().slice(0, 10) <= to; day.setUTCDate(day.getUTCDate() + 1)) {
    if ([0, 6].includes(day.getUTCDay())) daysOff.push(day.toISOString().slice(0, 10));
  }
  return { today: dayFromNow(0), profile, entries: entries.filter((one) => one.due >= from && one.due <= to), daysOff, undecreed: [now.getFullYear() + 1].filter((year) => to >= `${year}`) };
}

/** Dates, times and sizes in words of the chosen language. */
import type { Language } from "../ipc";

const formatters = new Map<string, Intl.DateTimeFormat>();

function format(language: string, options: Intl.DateTimeFormatOptions, value: string): string {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return value;
  const key = language + JSON.stringify(options);
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(language === "en" ? "en-GB" : "ru-RU", options);
    formatters.set(key, formatter);
  }
  return formatter.format(date);
}

const DAY = { day: "2-digit", month: "2-digit", year: "numeric" } as const;
const TIME = { hour: "2-digit", minute: "2-digit" } as const;

export const formatDate = (value: string, language: string) => format(language, DAY, value);
export const formatTime = (value: string, language: string) => format(language, TIME, value);
export const formatDateTime = (value: string, language: string) => format(language, { ...DAY, ...TIME }, value);
export const formatExact = (value: string, language: string) => format(language, { ...DAY, ...TIME, second: "2-digit" }, value);
/** A moment of a signature, to the second in Moscow's time wherever the computer stands: as the law and the sentences about it have it. */
export const formatMoscow = (value: string, language: string) => format(language, { ...DAY, ...TIME, second: "2-digit", timeZone: "Europe/Moscow" }, value);
export const formatNumber = (value: number, language: string) => value.toLocaleString(language === "en" ? "en-GB" : "ru-RU");

const DAY_OF_HOST = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT_OF_HOST = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

function spoken(value: string, language: string): string {
  if (DAY_OF_HOST.test(value)) return formatDate(value, language);
  return MOMENT_OF_HOST.test(value) ? formatDateTime(value, language) : value;
}

/** The host gives days as 2026-11-20 and moments as 2026-11-20T10:00:00Z; texts speak them as the language does. Everything else stays as it is. */
export const spokenParams = (params: Readonly<Record<string, string>>, language: string): Record<string, string> =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, spoken(value, language)]));

/** Time alone for today, day and month for this year, the whole date otherwise. */
export function formatWhen(value: string, language: string, now = new Date()): string {
  const date = new Date(value);
  if (date.toDateString() === now.toDateString()) return format(language, TIME, value);
  if (date.getFullYear() === now.getFullYear()) return format(language, { day: "numeric", month: "short" }, value);
  return format(language, DAY, value);
}

/** Bytes as a key of ui.size and its number. */
export function sizeInWords(bytes: number): { key: "bytes" | "kilobytes" | "megabytes"; value: number } {
  if (bytes < 1024) return { key: "bytes", value: bytes };
  if (bytes < 1024 * 1024) return { key: "kilobytes", value: Math.round(bytes / 1024) };
  return { key: "megabytes", value: Math.round(bytes / 1024 / 102.4) / 10 };
}

export const asLanguage = (value: string): Language => (value.startsWith("en") ? "en" : "ru");

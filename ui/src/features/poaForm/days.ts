/** Days as they are typed, `31.03.2025`, and terms that are chosen by a button. */
const two = (value: number) => String(value).padStart(2, "0");

export const dayText = (day: Date) => `${two(day.getDate())}.${two(day.getMonth() + 1)}.${day.getFullYear()}`;

/** Nothing for what is no day. */
export function parseDay(text: string): Date | null {
  const found = /^\s*(\d{1,2})\.(\d{1,2})\.(\d{4})\s*$/.exec(text);
  if (!found) return null;
  const [day, month, year] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const made = new Date(year, month - 1, day);
  return made.getDate() === day && made.getMonth() === month - 1 ? made : null;
}

/** `2025-03-31`, as the program tells days; what is no day stays as it was typed, and the program says so. */
export function isoDay(text: string): string {
  const day = parseDay(text);
  return day ? `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}` : text;
}

export type Term = "months3" | "year-end" | "year";
export const TERMS: readonly Term[] = ["months3", "year-end", "year"];

/** The last day of a term that begins on `first`: a year from the 1st ends on the last day before the next year's. */
export function lastDay(first: Date, term: Term): Date {
  if (term === "year-end") return new Date(first.getFullYear(), 11, 31);
  const months = term === "year" ? 12 : 3;
  const same = new Date(first.getFullYear(), first.getMonth() + months, first.getDate());
  // A month without such a day, as after 30.11: its last day is the last one.
  const last = same.getDate() === first.getDate() ? new Date(same.getFullYear(), same.getMonth(), same.getDate() - 1) : new Date(same.getFullYear(), same.getMonth(), 0);
  return last;
}

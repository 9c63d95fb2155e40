/** What can be said about typed secret text without keeping it. */
export type Strength = "short" | "weak" | "fair" | "strong";

export const hasCyrillic = (value: string) => /\p{Script=Cyrillic}/u.test(value);

/** Characters as people count them. */
export const lengthOf = (value: string) => [...value].length;

/** A rough guide by length and variety; words with spaces count in favour. */
export function strengthOf(value: string, minLength: number): Strength {
  const length = lengthOf(value);
  if (length < minLength) return "short";
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\d/, /[^\p{L}\d]/u].filter((kind) => kind.test(value)).length;
  const different = new Set(value.toLowerCase()).size;
  if (different < 5) return "weak";
  if (length >= 20 || (length >= 14 && kinds >= 3)) return "strong";
  if (length >= 12 || (length >= 10 && kinds >= 3)) return "fair";
  return "weak";
}

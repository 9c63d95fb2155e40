/** The groups of a recovery code while it is typed. The host judges by the same rule (store, `recovery.rs`); here a slip is seen at once. */

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** Letters people write or type instead of those of the code. */
const LOOK_ALIKES: Record<string, string> = {
  O: "0", О: "0", I: "1", L: "1", І: "1", З: "3", А: "A", В: "B", С: "C", Е: "E", Н: "H", К: "K", М: "M", Р: "P", Т: "T", Х: "X", У: "Y",
};
const SEPARATORS = /[\s\-‐-―−_.]+/u;

export const GROUPS = 7;
const GROUP = 5;

export type Mark = "right" | "wrong" | "begun" | "empty";

/** What can be said of each group, and whether there is more than a code. */
export function marksOf(value: string): { marks: Mark[]; tooLong: boolean } {
  const pieces = value.split(SEPARATORS).filter((piece) => piece !== "");
  // Who keeps the groups apart is told of the one that is too short; else they are counted off.
  const groups = pieces.flatMap((piece) => (pieces.length === 1 || piece.length % GROUP === 0 ? chunks(piece) : [piece]));
  const marks = Array.from({ length: GROUPS }, (_, index): Mark => {
    const group = groups[index];
    if (group === undefined) return "empty";
    if (group.length < GROUP && index === groups.length - 1) return "begun";
    return fits(group, index) ? "right" : "wrong";
  });
  return { marks, tooLong: groups.length > GROUPS };
}

function chunks(text: string): string[] {
  const letters = [...text];
  return Array.from({ length: Math.ceil(letters.length / GROUP) }, (_, index) => letters.slice(index * GROUP, (index + 1) * GROUP).join(""));
}

/** Whether the last character checks the others. */
function fits(group: string, index: number): boolean {
  const symbols = [...group.toUpperCase()].map((letter) => ALPHABET.indexOf(LOOK_ALIKES[letter] ?? letter));
  if (symbols.length !== GROUP || symbols.includes(-1)) return false;
  const sum = symbols.slice(0, -1).reduce((sofar, symbol) => double(sofar ^ symbol), 0);
  return (sum ^ (index + 1)) === symbols[GROUP - 1];
}

/** Times α over GF(2)[α]/(α⁵ + α² + 1). */
const double = (symbol: number) => (symbol < 16 ? symbol << 1 : ((symbol << 1) & 31) ^ 0b00101);

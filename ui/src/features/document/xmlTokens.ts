/** Splits one line of XML for colouring. A line is looked at alone, so it only guides the eye and never judges. */
export type Token = { text: string; kind: "tag" | "attribute" | "value" | "comment" | null };

const pattern = /(<!--.*?(?:-->|$))|(<\/?[^\s>/]+|\/?>|\?>)|([\p{L}_:][\p{L}\p{N}_:.-]*)(?=\s*=\s*["'])|("[^"]*"|'[^']*')/gu;

/** Very long lines are not worth splitting. */
const LIMIT = 2000;

export function tokens(line: string): Token[] {
  if (line.length > LIMIT) return [{ text: line, kind: null }];
  const found: Token[] = [];
  let end = 0;
  for (const match of line.matchAll(pattern)) {
    if (match.index > end) found.push({ text: line.slice(end, match.index), kind: null });
    const kind = match[1] ? "comment" : match[2] ? "tag" : match[3] ? "attribute" : "value";
    found.push({ text: match[0], kind });
    end = match.index + match[0].length;
  }
  if (end < line.length) found.push({ text: line.slice(end), kind: null });
  return found;
}

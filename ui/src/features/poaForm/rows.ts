/** Powers, limits and parties as rows of answers: what changes when one is added or taken away. */
import type { PoaPerson, PoaPower, PoaRestriction } from "../../ipc";
import { nextRow } from "../drafts/names";
import type { Fields } from "../drafts/useDraft";

/** Names of the rows of a table, in order. */
export function rowNames(fields: Fields, table: string): string[] {
  const prefix = `${table}/`;
  const rows = new Set(Object.entries(fields).flatMap(([name, value]) => (value !== "" && name.startsWith(prefix) ? [name.slice(prefix.length).split("/")[0] ?? ""] : [])));
  return [...rows].sort();
}

export type Chosen = { row: string; code: string; name: string };

export const chosenPowers = (fields: Fields): Chosen[] =>
  rowNames(fields, "powers").map((row) => ({ row, code: fields[`powers/${row}/code`] ?? "", name: fields[`powers/${row}/name`] ?? "" }));

/** Every cell of these rows, emptied. */
export const emptied = (fields: Fields, has: (name: string) => boolean): Fields =>
  Object.fromEntries(Object.keys(fields).filter(has).map((name) => [name, ""]));

/** Adds those that are not there yet. */
export function addPowers(fields: Fields, powers: readonly PoaPower[]): Fields {
  const rows = rowNames(fields, "powers");
  const known = new Set(chosenPowers(fields).map((one) => one.code));
  const changes: Fields = {};
  for (const power of powers) {
    if (known.has(power.code)) continue;
    known.add(power.code);
    const row = nextRow(rows);
    rows.push(row);
    Object.assign(changes, { [`powers/${row}/code`]: power.code, [`powers/${row}/name`]: power.name, [`powers/${row}/mnemonic`]: power.mnemonic ?? "" });
  }
  return changes;
}

/** Takes a power away, and the limits that were of it. */
export function removePower(fields: Fields, code: string): Fields {
  const rows = chosenPowers(fields).filter((one) => one.code === code).map((one) => `powers/${one.row}/`);
  const limits = limitsOf(fields, code).map((row) => `limits/${row}/`);
  return emptied(fields, (name) => [...rows, ...limits].some((prefix) => name.startsWith(prefix)));
}

export const limitsOf = (fields: Fields, power: string) => rowNames(fields, "limits").filter((row) => fields[`limits/${row}/power`] === power);

export function addLimit(fields: Fields, power: string, limit: PoaRestriction): Fields {
  const row = `limits/${nextRow(rowNames(fields, "limits"))}`;
  return { [`${row}/power`]: power, [`${row}/code`]: limit.code, [`${row}/name`]: limit.name, [`${row}/kind`]: limit.values.length > 0 ? "code" : "text" };
}

/** What is of one person and of nobody else; citizenship and the kind of the document are nearly always the same and stay. */
const PERSONAL = new Set("surname given-name patronymic inn snils position born birthplace sex country phone email region fias address authority passport.number passport.issued passport.issuer passport.issuer-code".split(" "));

/** The answers about one person; what is not known of the chosen one does not stay from another. */
export const personAnswers = (fields: Fields, prefix: string, asked: readonly string[], person: PoaPerson): Fields => ({
  ...emptied(fields, (name) => name.startsWith(prefix) && PERSONAL.has(name.slice(prefix.length))),
  ...Object.fromEntries(Object.entries(person.facts).flatMap(([fact, value]) => (asked.includes(prefix + fact) ? [[prefix + fact, value]] : []))),
});

/** The same of a row of a table of parties, whose columns are fewer. */
export function rowAnswers(row: string, columns: ReadonlySet<string>, { name, facts }: PoaPerson): Fields {
  const of: Record<string, string | undefined> = {
    name, inn: facts.inn, snils: facts.snils, born: facts.born, position: facts.position, document: facts["passport.number"],
    "document-issued": facts["passport.issued"], "document-issuer": facts["passport.issuer"],
  };
  return Object.fromEntries(Object.entries(of).filter(([column]) => columns.has(column)).map(([column, value]) => [`${row}/${column}`, value ?? ""]));
}

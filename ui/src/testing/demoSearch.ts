/** The search of the fake host: words anywhere in the title, the content of some documents, and searches kept under a name. */
import type { DocumentQuery, DocumentRow, FormatCount, Mark, NamedSearch, Passage } from "../bindings";
import type { FakeHost } from "./fakeHost";

/** What stands in every seventh document and in no title. */
export const demoContent = "Поставка электродвигателей АИР80 по спецификации № 3, всего 1 234,50";
const readable = (row: DocumentRow) => Number(row.id.slice(-4)) % 7 === 0;

const words = (text: string) => text.toLowerCase().split(/\s+/).filter(Boolean);

function marks(text: string, found: string[]): Mark[] {
  const low = text.toLowerCase();
  const places = found.flatMap((word) => (low.includes(word) ? [{ from: low.indexOf(word), to: low.indexOf(word) + word.length }] : []));
  return places.sort((a, b) => a.from - b.from).filter((mark, at) => at === 0 || mark.from >= (places[at - 1]?.to ?? 0));
}

const orderOf: Record<DocumentQuery["order"], (a: DocumentRow, b: DocumentRow) => number> = {
  "added-newest": () => 0, "added-oldest": () => 0,
  "updated-newest": (a, b) => b.updated.localeCompare(a.updated), "updated-oldest": (a, b) => a.updated.localeCompare(b.updated),
  title: (a, b) => a.title.localeCompare(b.title), "title-backwards": (a, b) => b.title.localeCompare(a.title),
};

function found(rows: DocumentRow[], query: DocumentQuery): DocumentRow[] {
  const text = words(query.text);
  const within = (at: string, { from, to }: DocumentQuery["added"]) => (from === null || at.slice(0, 10) >= from) && (to === null || at.slice(0, 10) <= to);
  const matching = rows.filter((row) => {
    const all = `${row.title} ${row.orderId ?? ""} ${readable(row) ? demoContent : ""}`.toLowerCase();
    return (
      (query.stages.length === 0 || query.stages.includes(row.stage)) && (query.formats.length === 0 || query.formats.includes(row.format)) &&
      (query.signed === null || query.signed === row.signed) && within(row.added, query.added) && within(row.updated, query.updated) &&
      text.every((word) => all.includes(word))
    );
  });
  if (query.order === "added-oldest") matching.reverse();
  return matching.sort(orderOf[query.order]);
}

export const searchCommands = (fake: FakeHost) => ({
  documents: ({ query }: { query: DocumentQuery }) => {
    const rows = found(fake.documents, query);
    const page = rows.slice(query.offset, query.offset + query.limit).map((row) => ({ ...row, marks: marks(row.title, words(query.text)) }));
    return { rows: page, total: rows.length, more: false, unread: 0 };
  },
  document_formats: (): FormatCount[] => {
    const counts = new Map<string, number>();
    for (const { format } of fake.documents) counts.set(format, (counts.get(format) ?? 0) + 1);
    return [...counts].map(([format, documents]) => ({ format, name: formatNames[format] ?? format, documents }));
  },
  passages: ({ documents, text }: { documents: string[]; text: string }): Passage[] =>
    fake.documents.filter((row) => documents.includes(row.id) && readable(row)).flatMap((row) => {
      const place = marks(demoContent, words(text).filter((word) => !row.title.toLowerCase().includes(word)));
      return place.length === 0 ? [] : [{ documentId: row.id, label: "Основание", text: demoContent, marks: place, cutBefore: false, cutAfter: true }];
    }),
  saved_searches: () => fake.savedSearches,
  save_search: ({ id, name, query }: { id: string | null; name: string; query: DocumentQuery }): NamedSearch[] => {
    const search = { id: id ?? `search-${fake.savedSearches.length + 1}`, name, query };
    return (fake.savedSearches = [...fake.savedSearches.filter((one) => one.id !== id), search]);
  },
  delete_search: ({ id }: { id: string }): NamedSearch[] => (fake.savedSearches = fake.savedSearches.filter((one) => one.id !== id)),
});

const formatNames: Record<string, string> = {
  "fns.on_aktsverotp": "Акт сверки взаимных расчётов", "fns.on_nschfdoppr": "Счёт-фактура и первичный документ об отгрузке (УПД)",
};

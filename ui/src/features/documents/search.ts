/** What is searched for in the list: everything of a query but the part of the list. */
import type { DocumentQuery, Order, Stage } from "../../ipc";
import { anyDay, isChosen } from "../../shared/PeriodField";
import { groups, type Group } from "./stages";

export type Search = Omit<DocumentQuery, "offset" | "limit">;
/** What the filters choose; stages have controls of their own. */
export type Filters = Pick<Search, "formats" | "signed" | "added" | "updated">;

export const orders: Order[] = ["added-newest", "added-oldest", "updated-newest", "updated-oldest", "title", "title-backwards"];
export const usualOrder: Order = "added-newest";

export const noFilters: Filters = { formats: [], signed: null, added: anyDay, updated: anyDay };

export const filtersOf = ({ formats, signed, added, updated }: Filters): Filters => ({ formats, signed, added, updated });

/** All the controls of the list, as they were when it was left for a document. */
export type Narrowing = Filters & { group: Group; stage: Stage | ""; text: string; order: Order };
export const wholeList: Narrowing = { ...noFilters, group: "all", stage: "", text: "", order: usualOrder };

export const countFilters = ({ formats, signed, added, updated }: Filters) =>
  formats.length + Number(signed !== null) + Number(isChosen(added)) + Number(isChosen(updated));

/** The controls that make these stages. */
export function groupAndStage(stages: Stage[]): { group: Group; stage: Stage | "" } {
  const same = (Object.keys(groups) as Group[]).find((group) => groups[group].join() === stages.join());
  if (same) return { group: same, stage: "" };
  return { group: "all", stage: stages[0] ?? "" };
}

/** The order a click on the head of a column leads to: one way, the other way, and back to the usual one. */
export function nextOrder(column: string, now: Order): Order {
  const [first, second]: [Order, Order] = column === "title" ? ["title", "title-backwards"] : ["updated-newest", "updated-oldest"];
  if (now === first) return second;
  return now === second ? usualOrder : first;
}

export function sortOf(column: string, order: Order): "ascending" | "descending" | undefined {
  const sorted: Partial<Record<Order, [string, "ascending" | "descending"]>> = {
    title: ["title", "ascending"], "title-backwards": ["title", "descending"],
    "updated-oldest": ["updated", "ascending"], "updated-newest": ["updated", "descending"],
  };
  const [sortedColumn, direction] = sorted[order] ?? [];
  return sortedColumn === column ? direction : undefined;
}

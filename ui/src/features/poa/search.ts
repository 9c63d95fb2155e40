/** What the register is narrowed to. */
import type { PoaQuery } from "../../ipc";
import { poaStates } from "./states";

export const groups = ["waiting", "refused", "ending", "unconfirmed"] as const;
export type Group = (typeof groups)[number];
export type Column = "representative" | "issued" | "expires";
export type Order = { by: Column; descending: boolean };

/** `show`: a group, or a state, or everything. */
export type Narrow = { show: string; text: string; representative: string | null; power: string | null; order: Order | null };
export const wide: Narrow = { show: "", text: "", representative: null, power: null, order: null };

const isGroup = (value: string): value is Group => (groups as readonly string[]).includes(value);
export const isShown = (value: string) => isGroup(value) || poaStates.includes(value);

export function queryOf({ show, text, representative, power, order }: Narrow): Omit<PoaQuery, "offset"> {
  const states = show === "waiting" ? ["signed", "queued", "processing", "outcome-unknown"] : isGroup(show) ? (show === "refused" ? ["refused"] : []) : show === "" ? [] : [show];
  return {
    text, states, representativeInn: representative, power, expiresBy: null, ending: show === "ending", unconfirmed: show === "unconfirmed",
    order: order?.by ?? null, descending: order?.descending ?? false,
  };
}

/** A click on the head of a column: one way, the other way, back to the usual order. */
export function nextOrder(column: Column, now: Order | null): Order | null {
  // Who ends first is asked for more often than who ends last.
  if (now?.by !== column) return { by: column, descending: column === "issued" };
  const first = column === "issued";
  return now.descending === first ? { by: column, descending: !first } : null;
}

export const sortOf = (column: string, order: Order | null) =>
  order?.by === column ? (order.descending ? ("descending" as const) : ("ascending" as const)) : undefined;

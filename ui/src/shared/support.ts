/** What support needs of an error: its code, when, where, in which version. Nothing of the person, the organisation or a document. */
import { createContext } from "react";
import type { TFunction } from "i18next";
import type { UiError } from "../ipc";

/** What the whole program knows of itself; the window for secrets knows none of it. */
export type Origin = { version: string; environment: string | null };

export const OriginContext = createContext<Origin>({ version: "", environment: null });

/** Parameters that are codes of a protocol. Others can hold names, numbers of an organisation or words of the portal. */
const codes = ["check", "esia", "factor", "finding", "http", "reason", "status"];
const isCode = (value: string) => /^[A-Za-z0-9._:-]{1,64}$/.test(value);

export function supportText(t: TFunction, error: UiError, at: Date, { version, environment }: Origin): string {
  const place = environment === null ? "—" : t(`ui.environment.${environment}.badge`);
  const lines = [t("ui.error.supportText", { version: version || "—", environment: place, code: error.code, at: at.toISOString() })];
  for (const name of codes) {
    const value = error.params[name];
    if (value && isCode(value)) lines.push(`${name}: ${value}`);
  }
  const id = error.params["support"];
  if (id && isCode(id)) lines.push(t("ui.error.supportId", { id }));
  return lines.join("\n");
}

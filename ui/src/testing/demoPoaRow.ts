/** A power of attorney of the register, as far as a test does not say otherwise. */
import type { PoaRow } from "../bindings";
import { wind } from "./demoPeople";

export const demoPoaRow = (part: Partial<PoaRow> = {}): PoaRow => ({
  number: "5d0c0a3e-7b1f-4c52-9f64-1c2d3e4f5a6b", documentId: "doc-0001", kind: "electronic", state: "active", issued: "2026-01-10", expires: "2027-01-09", daysLeft: 200, principal: wind.name, principalInn: wind.inn,
  representatives: ["Васильков Пётр Сергеевич"], powers: [], powerNames: [], parent: null, registry: null, heard: null, revoked: null, revocationConfirmed: null, fallenWith: null, error: null, ...part,
});

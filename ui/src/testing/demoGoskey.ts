/** Requests to Госключ. */
import type { GoskeyRequest } from "../bindings";
import { inDays } from "./demoPeople";

export const goskeyRequest = (part: Partial<GoskeyRequest> = {}, documents = ["doc-0003"]): GoskeyRequest => ({
  documentId: "doc-0004", stage: "sent", kind: "simple", service: "10000000374", person: "Васильков Иван Сергеевич", snils: "900-000-002 83", oid: null,
  expires: inDays(0.93), state: "waiting", comment: null,
  files: documents.map((id, place) => ({ file: `Акт сверки ${place + 1}.xml`, documentId: id, title: `Акт сверки ${place + 1}`, state: "waiting" })), ...part,
});

/** Waiting, refused, signed and altered, at the first documents. */
export function showGoskey(all: Map<string, GoskeyRequest[]>) {
  const file = (id: string, state: GoskeyRequest["files"][number]["state"]) => ({ file: "Акт сверки за первый квартал.xml", documentId: id, title: "Акт сверки", state });
  all.set("doc-0002", [goskeyRequest({}, ["doc-0002"])]);
  all.set("doc-0003", [goskeyRequest({ state: "rejected", comment: "Пользователь отказался подписать документы" }, ["doc-0003"])]);
  all.set("doc-0005", [goskeyRequest({ state: "signed", files: [file("doc-0005", "joined")] })]);
  all.set("doc-0006", [goskeyRequest({ state: "signed", files: [file("doc-0006", "differs")] })]);
  all.set("doc-0004", [goskeyRequest({ state: "signed", files: [file("doc-0005", "joined"), file("doc-0006", "differs"), { ...file("doc-0007", "other-person"), documentId: null, title: null }] })]);
}

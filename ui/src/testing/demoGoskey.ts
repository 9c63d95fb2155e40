/** Requests to Госключ. */
import type { GoskeyRequest } from "../bindings";
import { inDays } from "./demoPeople";

export const goskeyRequest = (part: Partial<GoskeyRequest> = {}, documents = ["doc-0003"]): GoskeyRequest => ({
  documentId: "doc-0004", stage: "sent", kind: "simple", service: "10000000374", person: "Васильков Иван Сергеевич", snils: "900-000-002 83", oid: null,
  expires: inDays(0.93), state: "waiting", comment: null,
  files: documents.map((id, place) => ({ file: `Акт сверки ${place + 1}.xml`, documentId: id, title: `Акт сверки ${place + 1}`, state: "waiting" })), ...part,
});

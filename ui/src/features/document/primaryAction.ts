/** The one thing to do with a document in its state. */
import type { DocumentPage } from "../../ipc";

export type PrimaryAction = "show-errors" | "sign" | "send" | "sign-in" | "sync" | "open-fixed" | "export";

export function primaryAction(page: DocumentPage): PrimaryAction {
  const { stage } = page.row;
  switch (stage) {
    case "invalid":
      return "show-errors";
    case "ready":
      return sendableUnsigned(page) ? "send" : "sign";
    case "signed":
      return page.services.length > 0 ? "send" : "export";
    case "queued":
      return page.submission?.waitingFor === "sign-in" ? "sign-in" : "sync";
    case "sending":
    case "outcome-unknown":
    case "sent":
      return "sync";
    case "needs-correction":
    case "refused":
    case "failed":
      return "open-fixed";
    case "accepted":
    case "cancelled":
      return "export";
  }
}

export const sendableUnsigned = ({ services }: DocumentPage) => services.length > 0 && services.every((service) => !service.needsSignature);

/** The sentence under "who acts next": a key of ui.next. */
export function nextStep(page: DocumentPage): string {
  const { stage } = page.row;
  if (stage === "ready" && sendableUnsigned(page)) return "sendUnsigned";
  if (stage === "signed" && page.services.length === 0) return "noService";
  if (stage === "queued" && page.submission?.waitingFor === "sign-in") return "waitingForSignIn";
  if (stage === "queued" && page.submission?.waitingFor === "network") return "waitingForNetwork";
  if (stage === "outcome-unknown" && page.submission?.waitingFor === "network") return "unknownWaitingForNetwork";
  return `stage.${stage}`;
}

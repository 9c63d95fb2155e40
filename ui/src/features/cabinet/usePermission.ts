/** Whether the role allows something. What the portal has not spoken against is allowed: it judges itself. */
import type { UiError } from "../../ipc";
import { useErrorParts } from "../../shared/ErrorNotice";
import { useAppState } from "../app/AppState";

const nothing: UiError = { code: "app.not-permitted", params: { permission: "", reason: "" }, retriable: false };

/** The reason in words, or null where nothing stands in the way. */
export function usePermission(code: string): { refused: UiError | null; reason: string | null } {
  const { state } = useAppState();
  const refused = state.standing?.refused.find((one) => one.code === code)?.error ?? null;
  const { what, why } = useErrorParts(refused ?? nothing);
  return { refused, reason: refused && [what, why].filter(Boolean).join(" ") };
}

/** Where the user is, kept in the address fragment so that going back works. */
import { useSyncExternalStore } from "react";

export type Route =
  | { screen: "today" }
  | { screen: "documents"; group: string; focusSearch: boolean }
  | { screen: "document"; id: string }
  | { screen: "to-sign" }
  | { screen: "retention" }
  | { screen: "calendar" }
  | { screen: "drafts"; shelf: string }
  | { screen: "draft"; id: string }
  | { screen: "services" }
  | { screen: "service"; code: string; licence: string | null }
  | { screen: "orders"; group: string }
  | { screen: "order"; id: string }
  | { screen: "inspections" }
  | { screen: "poas"; group: string }
  | { screen: "poa"; number: string }
  | { screen: "mail" }
  | { screen: "letter"; letter: { thread: string; message: string } }
  | { screen: "outbox" }
  | { screen: "journal" }
  | { screen: "verify" }
  | { screen: "sign-file" }
  | { screen: "tokens" }
  | { screen: "settings" }
  | { screen: "doctor" }
  | { screen: "organisations"; removed: number | null }
  | { screen: "employees"; tab: EmployeesTab; done: string | null }
  | { screen: "employee"; id: string }
  | { screen: "subscriptions"; tab: SubscriptionsTab }
  | { screen: "security" }
  | { screen: "notifications" }
  | { screen: "sign-in" };

export type SubscriptionsTab = "subscriptions" | "licences";

export type EmployeesTab = "people" | "roles" | "changes" | "review";

export type Screen = Route["screen"];

export const paths = {
  today: "/today",
  documents: (group?: string) => (group ? `/documents?group=${group}` : "/documents"),
  search: "/documents?search=1",
  document: (id: string) => `/documents/${encodeURIComponent(id)}`,
  toSign: "/to-sign",
  retention: "/retention",
  calendar: "/calendar",
  drafts: (shelf?: string) => (shelf ? `/drafts?shelf=${shelf}` : "/drafts"),
  draft: (id: string) => `/drafts/${encodeURIComponent(id)}`,
  services: "/services",
  /** A service of the catalogue; with the number of a licence its renewal begins there. */
  service: (code: string, licence?: string) => `/services/${encodeURIComponent(code)}${licence === undefined ? "" : `?licence=${encodeURIComponent(licence)}`}`,
  orders: "/orders",
  ordersGroup: (group: string) => `/orders?group=${group}`,
  inspections: "/inspections",
  order: (id: string) => `/orders/${encodeURIComponent(id)}`,
  /** The register of powers of attorney; with a group only what wants something. */
  poas: (group?: string) => (group ? `/poas?group=${group}` : "/poas"),
  poa: (number: string) => `/poas/${encodeURIComponent(number)}`,
  mail: "/mail",
  letter: ({ thread, message }: { thread: string; message: string }) => `/mail/${thread}_${message}`,
  outbox: "/outbox",
  journal: "/journal",
  verify: "/verify",
  signFile: "/sign-file",
  tokens: "/tokens",
  settings: "/settings",
  doctor: "/doctor",
  organisations: "/organisations",
  /** The list, after an organisation was taken out of the vault that so many backups still hold. */
  removed: (backupsLeft: number) => `/organisations?removed=${backupsLeft}`,
  employees: (tab: EmployeesTab = "people") => (tab === "people" ? "/employees" : `/employees?tab=${tab}`),
  /** The list, after something was done to somebody who is not on it any more. */
  employeesDone: (done: string) => `/employees?done=${done}`,
  employee: (id: string) => `/employees/${encodeURIComponent(id)}`,
  subscriptions: (tab: SubscriptionsTab = "subscriptions") => (tab === "licences" ? "/subscriptions?tab=licences" : "/subscriptions"),
  security: "/security",
  notifications: "/notifications",
  signIn: "/sign-in",
};

export function parse(fragment: string): Route {
  const [path = "", query = ""] = fragment.replace(/^#?\/?/, "").split("?");
  const [head, id] = path.split("/");
  const params = new URLSearchParams(query);
  switch (head) {
    case "documents":
      return id
        ? { screen: "document", id: decodeURIComponent(id) }
        : { screen: "documents", group: params.get("group") ?? "all", focusSearch: params.has("search") };
    case "drafts":
      return id ? { screen: "draft", id: decodeURIComponent(id) } : { screen: "drafts", shelf: params.get("shelf") ?? "open" };
    case "services":
      return id ? { screen: "service", code: decodeURIComponent(id), licence: params.get("licence") } : { screen: "services" };
    case "orders":
      return id ? { screen: "order", id: decodeURIComponent(id) } : { screen: "orders", group: params.get("group") ?? "all" };
    case "poas":
      return id ? { screen: "poa", number: decodeURIComponent(id) } : { screen: "poas", group: params.get("group") ?? "" };
    case "mail": {
      const [thread, message] = (id ?? "").split("_");
      return thread && message ? { screen: "letter", letter: { thread, message } } : { screen: "mail" };
    }
    case "retention":
    case "calendar":
    case "outbox":
    case "journal":
    case "verify":
    case "sign-file":
    case "tokens":
    case "settings":
    case "doctor":
    case "organisations":
      return { screen: head, removed: params.has("removed") ? Number(params.get("removed")) : null };
    case "employees": {
      if (id) return { screen: "employee", id: decodeURIComponent(id) };
      const tab = params.get("tab");
      return { screen: "employees", tab: tab === "roles" || tab === "changes" || tab === "review" ? tab : "people", done: params.get("done") };
    }
    case "subscriptions":
      return { screen: "subscriptions", tab: params.get("tab") === "licences" ? "licences" : "subscriptions" };
    case "inspections":
    case "to-sign":
    case "security":
    case "notifications":
    case "sign-in":
      return { screen: head };
    default:
      return { screen: "today" };
  }
}

const listenToFragment = (changed: () => void) => {
  window.addEventListener("hashchange", changed);
  return () => window.removeEventListener("hashchange", changed);
};

export const useFragment = () => useSyncExternalStore(listenToFragment, () => window.location.hash);
export const useRoute = () => parse(useFragment());
export const go = (path: string) => {
  window.location.hash = path;
};
export const goBack = () => window.history.back();

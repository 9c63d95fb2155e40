/** What people and roles are called, and how they are found. */
import type { EmployeeRow, RoleRow, StaffPage } from "../../ipc";

export const fullName = (one: Pick<EmployeeRow, "surname" | "givenName" | "patronymic">) => [one.surname, one.givenName, one.patronymic].filter(Boolean).join(" ");

export type Access = "all" | "active" | "revoked";

/** Every word stands in the name or the post, or begins the ИНН. */
export function fits(one: EmployeeRow, wanted: string): boolean {
  const text = `${fullName(one)} ${one.position ?? ""}`.toLowerCase();
  return wanted.toLowerCase().split(/\s+/).filter(Boolean).every((word) => (/^\d+$/.test(word) ? (one.inn ?? "").startsWith(word) : text.includes(word)));
}

export const found = (all: EmployeeRow[], wanted: string, role: string, access: Access) =>
  all.filter((one) => fits(one, wanted) && (role === "" || one.roleCode === role) && (access === "all" || one.isActive === (access === "active")));

export type Can = "yes" | "no" | "denied" | "poa";

export function can(role: RoleRow | undefined, operation: string): Can {
  if (role?.granted.includes(operation)) return "yes";
  if (role?.byPowerOfAttorney.includes(operation)) return "poa";
  return role?.denied.includes(operation) ? "denied" : "no";
}

/** Operations in their groups, in the order of the portal. */
export function groups(page: StaffPage): [string, StaffPage["operations"]][] {
  const all = new Map<string, StaffPage["operations"]>();
  for (const one of page.operations) all.set(one.group, [...(all.get(one.group) ?? []), one]);
  return [...all];
}

export const titleOf = (page: StaffPage, code: string) => page.operations.find((one) => one.code === code)?.title ?? code;

/** Why an act is not open to the person, if it is not. */
export const refusal = (page: StaffPage | null, code: string) => page?.refused.find((one) => one.code === code)?.error ?? null;

/** Fields of an order for a certificate, and which of them an attribute of the request's name came from. */
import type { CertificateOrder, UiError } from "../../ipc";

export type OrderField = Exclude<keyof CertificateOrder, "algorithm">;

export const groups: { name: "person" | "organisation" | "address"; fields: readonly OrderField[] }[] = [
  { name: "person", fields: ["surname", "givenName", "position", "snils", "inn", "email"] },
  { name: "organisation", fields: ["organisation", "organisationInn", "ogrn"] },
  { name: "address", fields: ["region", "locality", "street"] },
];

/** Numbers are written with and without dashes and blanks. */
export const numeric: ReadonlySet<OrderField> = new Set(["snils", "inn", "organisationInn", "ogrn"]);

const fields: Record<string, OrderField> = {
  SN: "surname", GN: "givenName", T: "position", O: "organisation", ST: "region", L: "locality", STREET: "street", E: "email", INN: "inn", INNLE: "organisationInn",
  OGRN: "ogrn", OGRNIP: "ogrn", SNILS: "snils",
};

/** The field whose value was refused; null for any other error. */
export function refusedField(error: UiError | null, order: CertificateOrder): OrderField | null {
  if (error?.code !== "key.subject-value-unfit") return null;
  const attribute = error.params.attribute ?? "";
  const legal = order.organisationInn.length === 10;
  // The name of the whole certificate is that of the organisation, or of the person; a proprietor's number may stand in either field.
  if (attribute === "CN") return legal ? "organisation" : "surname";
  if (attribute === "INN" && !legal && order.inn === "") return "organisationInn";
  return fields[attribute] ?? null;
}

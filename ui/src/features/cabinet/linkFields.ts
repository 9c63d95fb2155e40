/** The form of a link or a registration: its fields in groups, and what it is when it is empty. */
import type { LinkForm } from "../../ipc";

export type FormPurpose = "link" | "register";
export type TextField = Exclude<keyof LinkForm, "documents" | "acceptTerms" | "method" | "role">;
export type Group = { key: "requisites" | "bank" | "contacts" | "people" | "optional"; fields: readonly TextField[] };

export const emptyForm: LinkForm = {
  name: "", inn: "", ogrn: "", kpp: "", method: "signature", role: "director", representativeName: "", representativePassport: "", legalAddress: "", bankAccount: "", bik: "", bankName: "",
  phone: "", email: "", directorName: "", directorAppointed: "", contactName: "", taxAccount: "", directorPassport: "", branchCode: "", branchAddress: "", ownershipForm: "",
  organisationType: "", activityAims: "", documents: [], acceptTerms: false,
};

export const groups: Record<FormPurpose, readonly Group[]> = {
  link: [
    { key: "requisites", fields: ["inn", "ogrn", "kpp", "legalAddress"] },
    { key: "bank", fields: ["bik", "bankAccount", "bankName"] },
    { key: "contacts", fields: ["phone", "email", "contactName"] },
    { key: "people", fields: ["directorName", "directorAppointed", "representativeName", "representativePassport"] },
    { key: "optional", fields: ["name", "taxAccount", "directorPassport", "branchCode", "branchAddress"] },
  ],
  register: [
    { key: "requisites", fields: ["name", "inn", "ogrn", "kpp", "legalAddress", "ownershipForm", "organisationType", "activityAims"] },
    { key: "contacts", fields: ["phone", "email", "contactName"] },
    { key: "people", fields: ["directorName", "directorAppointed"] },
    { key: "bank", fields: ["bik", "bankAccount", "bankName"] },
  ],
};

export const wide: ReadonlySet<TextField> = new Set<TextField>(["legalAddress", "name", "activityAims", "branchAddress"]);

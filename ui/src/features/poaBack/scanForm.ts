/** The requisites of a paper as the dialog fills them in, field by field. */
import type { OrganisationView, ScanForm, ScanNotary, ScanPerson } from "../../ipc";
import { isoDay } from "../poaForm/days";

type PersonField = Exclude<keyof ScanPerson & string, never>;
export type ScanField =
  | "number" | "issued" | "expires" | "principal.name" | "principal.inn"
  | `principal.signer.${PersonField}` | `representative.${PersonField}` | `notary.${keyof ScanNotary & string}`;

const nobody: ScanPerson = { surname: "", givenName: "", patronymic: null, inn: null, snils: null, passport: null, passportIssued: null, passportIssuer: null };
const noNotary: ScanNotary = { name: "", act: "", registration: null };

/** Nearly always the own organisation gives them. */
export const emptyScan = (own: OrganisationView | null): ScanForm => ({
  kind: "paper", number: null, issued: "", expires: "", principal: { name: own?.name ?? "", inn: own?.inn ?? "", signer: nobody }, representative: nobody, powers: [], text: "", notary: null, declared: [],
});

const declared = ["no-corrections", "signed-by-hand", "seal", "whole", "lawful"];

/** What has to be declared; the host asks for the same. */
export const toDeclare = (isNotarial: boolean) => (isNotarial ? [...declared, "notary-inscription"] : declared);

export function read(form: ScanForm, field: ScanField): string {
  if (field === "number") return form.number ?? "";
  if (field === "issued" || field === "expires") return form[field];
  if (field === "principal.name") return form.principal.name;
  if (field === "principal.inn") return form.principal.inn;
  const { person, notary } = inside(field);
  if (notary) return (form.notary ?? noNotary)[notary] ?? "";
  if (!person) return "";
  return (field.startsWith("principal.") ? form.principal.signer : form.representative)[person] ?? "";
}

export function withValue(form: ScanForm, field: ScanField, value: string): ScanForm {
  if (field === "number" || field === "issued" || field === "expires") return { ...form, [field]: value };
  if (field === "principal.name") return { ...form, principal: { ...form.principal, name: value } };
  if (field === "principal.inn") return { ...form, principal: { ...form.principal, inn: value } };
  const { person, notary } = inside(field);
  if (notary) return { ...form, notary: { ...(form.notary ?? noNotary), [notary]: value } };
  if (!person) return form;
  if (field.startsWith("principal.")) return { ...form, principal: { ...form.principal, signer: { ...form.principal.signer, [person]: value } } };
  return { ...form, representative: { ...form.representative, [person]: value } };
}

function inside(field: ScanField): { person?: PersonField; notary?: keyof ScanNotary } {
  const name = field.slice(field.lastIndexOf(".") + 1);
  return field.startsWith("notary.") ? { notary: name as keyof ScanNotary } : { person: name as PersonField };
}

const dated = (person: ScanPerson): ScanPerson => ({ ...person, passportIssued: person.passportIssued === null ? null : isoDay(person.passportIssued) });

/** As the host wants it: days are typed as everywhere in the program. */
export const forHost = (form: ScanForm): ScanForm => ({
  ...form, issued: isoDay(form.issued), expires: isoDay(form.expires), principal: { ...form.principal, signer: dated(form.principal.signer) }, representative: dated(form.representative),
});

/** Which step of the editor asks what: the form's data say the questions, this says their order for a person and what can wait. */
import type { DraftForm, FormFieldView } from "../../ipc";
import type { Fields } from "../drafts/useDraft";

export const STEPS = ["giver", "receiver", "powers", "terms", "passing", "check"] as const;
export type StepId = (typeof STEPS)[number];

export const isPoaForm = (code: string) => code === "emchd" || code === "emchd.redelegation";

const GIVER = ["principal.", "entrepreneur.", "foreign.", "company.", "manager.", "head.", "from.", "principals", "heads"];
const RECEIVER = ["representative.", "representatives", "joint"];
const POWERS = ["powers", "purpose.", "tax.", "systems"];
const TERMS = ["number.", "issued", "expires", "limits"];

/** The step a field, a table or a cell of one is asked in. */
export function stepOf(name: string): StepId {
  const begins = (all: readonly string[]) => all.some((start) => name.startsWith(start));
  if (begins(GIVER)) return "giver";
  if (begins(RECEIVER)) return "receiver";
  if (begins(POWERS)) return "powers";
  return begins(TERMS) ? "terms" : "passing";
}

const names = (text: string) => new Set(text.split(" "));
const PASSPORT = "passport.number passport.issued passport.issuer";
const of = (prefix: string, text: string) => text.split(" ").map((name) => prefix + name).join(" ");

const ALWAYS = names([
  of("principal.", "kind name inn kpp ogrn region address"), "entrepreneur.ogrnip foreign.name foreign.inn foreign.accreditation", of("head.", "surname given-name patronymic inn snils position"),
  of("representative.", `who kind name org-inn kpp ogrn surname given-name patronymic inn snils position born ${PASSPORT}`),
  "powers.kind powers.text purpose.esia purpose.tax", "number.internal issued expires", "redelegation revocability notary irrevocable.condition irrevocable.description irrevocable.passed-on",
].join(" "));
const IN_PERSON = names(of("head.", `born ${PASSPORT}`));
const BY_HAND = names("from.first from.first-issued from.first-expires");

/** Whether a question is for everybody; the others are kept under «Дополнительно». */
export function isPlain({ name }: FormFieldView, fields: Fields): boolean {
  if (ALWAYS.has(name)) return true;
  const is = (field: string, value: string) => fields[field] === value;
  // Who gives powers in person is proven by a passport.
  if (IN_PERSON.has(name)) return is("principal.kind", "entrepreneur") || is("principal.kind", "person");
  if (name.startsWith("company.")) return is("principal.through", "company");
  if (name.startsWith("manager.")) return is("principal.through", "entrepreneur");
  if (name === "principal.through") return (fields[name] ?? "head") !== "head";
  if (name === "representative.accreditation") return is("representative.kind", "foreign-branch");
  if (name === "joint") return Object.keys(fields).some((field) => field.startsWith("representatives/") && fields[field] !== "");
  if (name.startsWith("tax.")) return is("purpose.tax", "true");
  if (name === "lost-on-redelegation") return (fields.redelegation ?? "forbidden") !== "forbidden";
  if (BY_HAND.has(name)) return !fields["from.file"];
  return name.startsWith("notary.") && is("notary", "yes");
}

const OF_RECEIVER = names(of("representative.", `born ${PASSPORT}`));

/** Whether a question makes sense after the other answers; one that was answered is never hidden. */
export const isFitting = ({ name }: FormFieldView, fields: Fields) => name !== "lost-on-redelegation" || (fields.redelegation ?? "forbidden") !== "forbidden" || fields[name] === "true";

/** Whether a question has to be answered, also where only other answers make it compulsory. */
export function isRequired({ name, required }: FormFieldView, fields: Fields): boolean {
  if (required || OF_RECEIVER.has(name)) return true;
  if (IN_PERSON.has(name)) return fields["principal.kind"] === "entrepreneur" || fields["principal.kind"] === "person";
  if (name === "head.position") return fields["principal.kind"] === "organisation" && fields["principal.through"] !== "entrepreneur";
  return name === "representative.ogrn" && fields["representative.kind"] !== "foreign-branch";
}

/** The questions that fit one of several parties. */
export function columnsFor(kind: string, table: "principals" | "representatives"): ReadonlySet<string> {
  const passport = "document document-issued document-issuer";
  if (kind === "person") return names(table === "principals" ? `kind name inn snils born ${passport}` : `kind name inn snils born position ${passport}`);
  if (kind === "entrepreneur") return names(`kind name inn ogrn snils born ${passport}`);
  return names(table === "principals" ? "kind name inn kpp ogrn region address head head-inn head-snils head-position" : "kind name inn kpp ogrn");
}

/** The sections of a form as far as a step asks them. */
export function sectionsOf(form: DraftForm, step: StepId) {
  return form.sections
    .map((section) => ({
      heading: section.heading,
      fields: section.fields.filter((field) => stepOf(field.name) === step),
      table: section.table && stepOf(section.table.name) === step ? section.table : null,
    }))
    .filter((section) => section.fields.length > 0 || section.table);
}

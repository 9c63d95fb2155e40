/** The form of a power of attorney in the fake host: its questions, the classifier and roles are those of the program. */
import type { DraftForm, PoaDraftChanges, PoaPerson, PoaPower, PoaPowerQuery, PoaPowers, PoaTemplate } from "../bindings";
import { demoPoaRow } from "./demoPoaRow";
import main from "../../../assets/forms/emchd.json";
import further from "../../../assets/forms/emchd.redelegation.json";
import powers from "../../../assets/poa/powers.json";
import templates from "../../../assets/poa/templates.json";
import { formView, type RawSection } from "./formView";

export const poaForm: DraftForm = formView(main.code, main.name, main.sections as RawSection[]);
export const redelegationForm: DraftForm = formView(further.code, further.name, [main.sections[0], further.section, ...main.sections.slice(1)] as RawSection[]);

type RawPower = { code: string; mnemonic?: string; name: string; group: string; explanation: string; restrictions?: { code: string; name: string; kind?: string; values?: string[][] }[] };

export const allPowers: PoaPower[] = (powers.powers as RawPower[]).map(({ code, mnemonic, name, group, explanation, restrictions }) => ({
  code, mnemonic: mnemonic ?? null, name, group, explanation,
  restrictions: (restrictions ?? []).map((one) => ({ code: one.code, name: one.name, kind: one.kind ?? "text", values: (one.values ?? []).map(([value = "", label = ""]) => ({ value, label })) })),
}));

export const poaTemplates: PoaTemplate[] = templates.templates.map((role) => ({ ...role, powers: role.powers.flatMap((code) => allPowers.filter((one) => one.code === code)) }));

export const poaPeople: PoaPerson[] = [
  {
    name: "Ромашкина Анна Сергеевна", source: "employee", position: "Генеральный директор", isHead: true,
    facts: { surname: "Ромашкина", "given-name": "Анна", patronymic: "Сергеевна", inn: "990000000115", snils: "90000000182", position: "Генеральный директор" },
  },
  {
    name: "Ландышева Вера Павловна", source: "employee", position: "Главный бухгалтер", isHead: false,
    facts: {
      surname: "Ландышева", "given-name": "Вера", patronymic: "Павловна", inn: "990000000299", snils: "90000000283", born: "17.11.1987", position: "Главный бухгалтер",
      "passport.number": "99 00 123456", "passport.issued": "05.06.2010", "passport.issuer": "Отделом № 1 г. Демограда",
    },
  },
  { name: "Васильков Пётр", source: "register", position: null, isHead: false, facts: { surname: "Васильков", "given-name": "Пётр", inn: "990000000362" } },
];

export const poaParent = demoPoaRow({
  number: "4f1c2d3e-5a6b-4c7d-8e9f-0a1b2c3d4e5f", issued: "2026-09-01", expires: "2027-08-31", representatives: ["Ландышева Вера Павловна"], powers: ["DEMO_SRCDOC_ALL"], registry: "active",
});

/** Begun by the organisation of the fake host, as the program begins it. */
export const begunPoa = {
  "number.internal": "1/26", issued: "29.11.2026", "principal.kind": "organisation", "principal.name": "ООО «Ветер»", "principal.inn": "9900000017", "principal.kpp": "990001001", "principal.ogrn": "1209900000012", "principal.through": "head",
  "head.surname": "Ромашкина", "head.given-name": "Анна", "head.patronymic": "Сергеевна", "head.inn": "990000000115", "head.snils": "90000000182", "head.position": "Генеральный директор", "head.citizenship": "1", "head.passport.kind": "21",
  "representative.who": "person", "representative.kind": "organisation", "representative.citizenship": "1", "representative.passport.kind": "21", joint: "each", "powers.kind": "codes", redelegation: "forbidden", revocability: "revocable", notary: "no",
};

/** What the fake finds wrong beyond empty compulsory fields. */
export function poaProblems(fields: Record<string, string>): { field: string; code: string; params: Record<string, string> }[] {
  const found = [];
  const needed = fields["representative.who"] === "person" ? ["representative.born", "representative.passport.number", "representative.passport.issued", "representative.passport.issuer"] : [];
  for (const field of [...needed, "head.position"]) if (!fields[field]) found.push({ field, code: "form.required", params: {} });
  if (fields["powers.kind"] !== "text" && !Object.entries(fields).some(([name, value]) => value !== "" && /^powers\/.*\/code$/.test(name))) found.push({ field: "powers", code: "form.rows", params: { expected: "1" } });
  for (const [field, value] of Object.entries(fields)) {
    if (/^limits\/.*\/power$/.test(field) && !fields[field.replace("/power", "/value")]) found.push({ field: field.replace("/power", "/value"), code: "form.required", params: {} });
    if (field === "redelegation" && value !== "forbidden" && fields["from.file"]) found.push({ field, code: "poa.passes-on-further", params: {} });
  }
  return found;
}

export const poaFormCommands = (changes: () => PoaDraftChanges) => ({
  poa_powers: ({ query }: { query: PoaPowerQuery }): PoaPowers => {
    const { text: asked = "", group = null, codes = [] } = query;
    const words = asked.toLowerCase().split(/\s+/).filter(Boolean);
    const items = allPowers.filter((one) => {
      const text = `${one.name} ${one.code} ${one.group} ${one.explanation}`.toLowerCase();
      return words.every((word) => text.includes(word)) && (!group || one.group === group) && (codes.length === 0 || codes.includes(one.code));
    });
    return { items, total: items.length, groups: [...new Set(allPowers.map((one) => one.group))], problem: null };
  },
  poa_templates: () => poaTemplates,
  poa_people: () => poaPeople,
  poa_parents: () => [poaParent],
  redelegation_of: () => ({
    "from.file": "<Доверенность/>", "from.first": poaParent.number, "from.first-issued": "01.09.2026", "from.first-expires": "31.08.2027", "principal.kind": "person", "head.surname": "Ландышева", "head.given-name": "Вера", "head.inn": "990000000299",
    issued: "29.11.2026", expires: "31.08.2027", redelegation: "forbidden", "powers.kind": "codes", "powers/00000100/code": "DEMO_SRCDOC_ALL", "powers/00000100/name": "Подписывать первичные учётные документы", "representative.who": "person",
  }),
  poa_draft_changes: changes,
});

/** Powers of attorney taken back, replaced and on paper, as the fake host answers. */
import type { AddedScan, PoaConsequences, PoaRow, ScanForm } from "../bindings";
import { demoPoaRow } from "./demoPoaRow";
import { toDeclare } from "../features/poaBack/scanForm";
import { demoDocuments } from "./demoDocuments";

export const consequences = (part: Partial<PoaConsequences> = {}): PoaConsequences => ({
  way: "revoke", kind: "electronic", isTold: true, irrevocable: null, against: null, representatives: ["Васильков Пётр Сергеевич"],
  powers: ["Подписывать первичные учётные документы", "Подавать заявления и получать результаты услуг"], chosenFor: ["fns.on_nschfdoppr"], fallen: [], signer: "Ромашкина Анна Сергеевна", ...part,
});

const problem = (field: string, code: string) => ({ field, code, params: {} });

/** What is empty, and what was not declared. */
function problemsOf(form: ScanForm) {
  const needed: [string, string][] = [
    ["issued", form.issued], ["expires", form.expires], ["principal.name", form.principal.name], ["representative.surname", form.representative.surname], ["representative.passport", form.representative.passport ?? ""],
    ["text", form.text || form.powers.join("")],
  ];
  return [
    ...needed.filter(([, value]) => value.trim() === "").map(([field]) => problem(field, "form.required")),
    ...toDeclare(form.kind === "notarial").filter((code) => !form.declared.includes(code)).map((code) => problem(`declared.${code}`, "poa.undeclared")),
  ];
}

export const poaBackCommands = () => ({
  poa_consequences: () => consequences(),
  draft_revocation: () => demoDocuments(1)[0]?.id ?? "",
  unqueue_poa: () => null,
  supersede_poa: () => "draft-1",
  extend_poa: () => "draft-1",
  add_poa_scan: ({ form }: { form: ScanForm }): AddedScan => {
    const problems = problemsOf(form);
    return { row: problems.length > 0 ? null : added(form), problems };
  },
});

function added({ issued, expires, principal, representative, powers }: ScanForm): PoaRow {
  return demoPoaRow({ issued, expires, powers, principal: principal.name, principalInn: principal.inn, representatives: [`${representative.surname} ${representative.givenName}`] });
}

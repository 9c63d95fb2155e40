/** Drafts of the fake host: kept in memory, merged field by field as the host does. */
import act from "../../../assets/forms/fns.on_aktsverotp.json";
import type { Colleague, Colleagues, Counterparty, DraftConflict, DraftForm, DraftPreview, DraftProblem, DraftRevision, DraftRow, DraftShelf, DraftView, PoaDraftChanges } from "../bindings";
import { inDays } from "./demoPeople";
import { begunPoa, poaForm, poaFormCommands, poaProblems, redelegationForm } from "./fakePoaForm";
import { formView, type RawSection } from "./formView";

type Fields = Record<string, string>;
export const demoForm: DraftForm = formView(act.code, act.name, act.sections as RawSection[]);
const formOf = (code: string) => [poaForm, redelegationForm].find((form) => form.code === code) ?? demoForm;

const askedBy = (form: DraftForm) => form.sections.flatMap((section) => section.fields).filter((one) => !one.computed);

export const filled: Fields = {
  number: "15", from: "01.01.2025", to: "31.03.2025", currency: "643", "sender.kind": "organisation", "sender.name": "ООО «Ветер»", "sender.inn": "9900000017", "sender.kpp": "990001001",
  "sender.ogrn": "1209900000012", "sender.edo": "DEMO-9900000017-990001001", "recipient.kind": "organisation", "recipient.name": "Общество с ограниченной ответственностью «Василёк»",
  "recipient.inn": "9900000024", "recipient.kpp": "990001001", "recipient.ogrn": "1209900000023", "recipient.edo": "DEMO-9900000024-990001001", "contract.number": "Д-7/2024",
  "contract.date": "01.12.2024", "opening.debit": "0,00", "opening.credit": "0,00", "signer.surname": "Ромашкина", "signer.given-name": "Анна", "signer.patronymic": "Сергеевна",
  "signer.position": "Генеральный директор",
  ...Object.fromEntries([
    ["00000100-a1f0", "УПД", "11", "15.01.2025", "15.01.2025", "Реализация товаров", "120 000,00", ""],
    ["00000200-b7c2", "УПД", "11", "15.01.2025", "29.01.2025", "Оплата по платёжному поручению № 18", "", "120 000,00"],
    ["00000300-c3d4", "УПД", "27", "12.02.2025", "12.02.2025", "Реализация товаров", "84 500,50", ""],
  ].flatMap(([row, ...cells]) => ["document", "number", "date", "at", "what", "debit", "credit"].map((column, index) => [`operations/${row}/${column}`, cells[index] ?? ""]))),
};

type Kept = { view: DraftView; history: DraftRevision[]; versions: Fields[] };

export class FakeDrafts {
  private readonly kept = new Map<string, Kept>();
  private next = 1;
  colleagues: Colleagues = { ownAddress: `age1${"q".repeat(58)}`, ownName: "Ермаков Андрей Викторович", colleagues: [] };

  counterparties: Counterparty[] = [
    { name: "ООО «Вымысел»", inn: "9204563745", kpp: "920401001", facts: { kind: "organisation", name: "ООО «Вымысел»", inn: "9204563745", kpp: "920401001" } },
    { name: "Васильков Пётр", inn: "500100732259", kpp: null, facts: { kind: "entrepreneur", surname: "Васильков", "given-name": "Пётр", "inn-person": "500100732259" } },
  ];

  poaChanges: PoaDraftChanges = { previous: null, isKnown: false, items: [] };

  constructor(private readonly changed: () => unknown) {}

  /** A power of attorney as it is begun. */
  addPoa = (fields: Fields = {}, form = poaForm.code): DraftView => this.add({ ...begunPoa, ...fields }, { form });

  add(fields: Fields, part: Partial<DraftView> = {}): DraftView {
    const id = `draft-${this.next++}`;
    const view = this.worked({
      id, form: demoForm.code, service: null, formChanged: false, title: "", isTemplate: false, isRemoved: false, revision: 1, updated: inDays(-0.01), fields, unplaced: [], computed: {}, problems: [], conflicts: [], documentId: null, ...part,
    });
    this.kept.set(id, { view, history: [this.revision(1, {}, fields, "")], versions: [{}, fields] });
    return view;
  }

  view = (id: string): DraftView => this.find(id).view;

  list = (shelf: DraftShelf): DraftRow[] =>
    [...this.kept.values()].map((one) => one.view)
      .filter((view) => (shelf === "removed" ? view.isRemoved : !view.isRemoved && view.isTemplate === (shelf === "templates")))
      .map((view) => ({
        id: view.id, form: view.form, service: view.service, formName: view.service ? "Получение и продление лицензии (учебный контур)" : demoForm.name, title: view.title, updated: view.updated, conflicts: view.conflicts.length, problems: view.problems.length,
        documentId: view.documentId,
      }));

  /** As the host saves: what was changed since `seen` stays, and two answers to one question are a conflict. */
  save(id: string, seen: number, typed: Fields, author = ""): DraftView {
    const kept = this.find(id);
    const base = kept.versions[seen] ?? {};
    const head = kept.view.fields;
    const fields: Fields = {};
    const conflicts: DraftConflict[] = kept.view.conflicts.map((one) => ({ ...one, mine: typed[one.field] || null }));
    for (const name of new Set([...Object.keys(base), ...Object.keys(typed), ...Object.keys(head)])) {
      const [was, mine, theirs] = [base[name] || null, typed[name] || null, head[name] || null];
      if (mine !== was && theirs !== was && mine !== theirs) conflicts.push({ field: name, base: was, mine, theirs });
      const value = mine === was ? theirs : mine;
      if (value !== null) fields[name] = value;
    }
    return this.put(kept, fields, conflicts, author);
  }

  settle(id: string, name: string, value: string | null): DraftView {
    const kept = this.find(id);
    const fields = { ...kept.view.fields, [name]: value ?? "" };
    return this.put(kept, fields, kept.view.conflicts.filter((one) => one.field !== name), "");
  }

  change(id: string, part: Partial<DraftView>) {
    const kept = this.find(id);
    kept.view = { ...kept.view, ...part };
    this.changed();
    return null;
  }

  copy(id: string, template: string | null): DraftView {
    const { form, service, fields } = this.view(id);
    return this.add({ ...fields }, { form, service, isTemplate: template !== null, ...(template === null ? {} : { title: template }) });
  }

  erase(id: string) {
    this.kept.delete(id);
    this.changed();
    return null;
  }

  history = (id: string) => [...this.find(id).history].reverse();
  version = (id: string, revision: number) => this.find(id).versions[revision] ?? {};

  private find(id: string): Kept {
    const kept = this.kept.get(id);
    if (!kept) throw { code: "store.no-draft", params: {}, retriable: false };
    return kept;
  }

  private put(kept: Kept, fields: Fields, conflicts: DraftConflict[], author: string): DraftView {
    const clean = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));
    const { history, versions, view } = kept;
    const revision = versions.length;
    const entry = this.revision(revision, view.fields, clean, author);
    if (entry.changes.length > 0) {
      history.push(entry);
      versions.push(clean);
    }
    kept.view = this.worked({ ...view, fields: clean, conflicts, revision: versions.length - 1, updated: new Date().toISOString(), documentId: null });
    return kept.view;
  }

  private revision(revision: number, from: Fields, to: Fields, author: string): DraftRevision {
    const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
    return {
      revision, at: new Date().toISOString(), author,
      changes: names.filter((name) => (from[name] || null) !== (to[name] || null)).map((name) => ({ field: name, from: from[name] || null, to: to[name] || null })),
    };
  }

  /** With its title, its sums and what is missing. */
  private worked(view: DraftView): DraftView {
    const { fields } = view;
    const form = formOf(view.form);
    const missing = askedBy(form).filter((one) => one.required && !fields[one.name] && (!one.when || fields[one.when.field] === one.when.is));
    const problems: DraftProblem[] = missing.map((one) => ({ field: one.name, code: "form.required", params: {} }));
    if (form !== demoForm) {
      const found = [...problems, ...poaProblems(fields)];
      const who = [fields["representative.surname"], fields["representative.given-name"]].filter(Boolean).join(" ");
      return { ...view, title: ["Доверенность", fields["number.internal"] && ` № ${fields["number.internal"]}`, who && `, ${who}`].filter(Boolean).join(""), problems: found, computed: {} };
    }
    if (!Object.keys(fields).some((name) => name.startsWith("operations/"))) problems.push({ field: "operations", code: "form.rows", params: {} });
    if (fields.from && !/^\d{1,2}\.\d{1,2}\.\d{4}$/.test(fields.from)) problems.push({ field: "from", code: "form.date", params: {} });
    const title = view.isTemplate ? view.title : ["Акт сверки", fields.number && ` № ${fields.number}`, fields["recipient.name"] && `, ${fields["recipient.name"]}`].filter(Boolean).join("");
    return { ...view, title, problems, computed: { "turnover.debit": "204 500,50", "turnover.credit": "120 000,00", "closing.debit": "84 500,50", "closing.credit": "0,00" } };
  }
}

/** The commands about drafts and colleagues. */
export const draftCommands = (drafts: FakeDrafts) => ({
  colleagues: () => drafts.colleagues,
  add_colleague: ({ colleague }: { colleague: Colleague }) => {
    if (!/^age1[0-9a-z]{58}$/.test(colleague.address.trim())) throw { code: "age.not-recipient", params: {}, retriable: false };
    return (drafts.colleagues = { ...drafts.colleagues, colleagues: [...drafts.colleagues.colleagues, { ...colleague, address: colleague.address.trim() }] });
  },
  remove_colleague: ({ address }: { address: string }) =>
    (drafts.colleagues = { ...drafts.colleagues, colleagues: drafts.colleagues.colleagues.filter((one) => one.address !== address) }),
  hand_over: () => true,
  forms: () => [demoForm],
  draft_form: ({ code }: { code: string }) => formOf(code),
  ...poaFormCommands(() => drafts.poaChanges),
  counterparties: () => drafts.counterparties,
  drafts: ({ shelf }: { shelf: DraftShelf }) => ({ rows: drafts.list(shelf), more: false }),
  draft: ({ id }: { id: string }) => drafts.view(id),
  new_draft: () => drafts.add({ currency: "643", "sender.kind": "organisation", "sender.inn": "9900000017", "recipient.kind": "organisation", "opening.debit": "0,00", "opening.credit": "0,00" }),
  copy_draft: ({ id, template }: { id: string; template: string | null }) => drafts.copy(id, template),
  templates: ({ service }: { service: string | null }) => drafts.list("templates").filter((row) => (service === null ? row.service !== null : row.service === service)),
  rename_template: ({ id, name }: { id: string; name: string }) => {
    if (name.trim() === "") throw { code: "app.template-name", params: { longest: "120" }, retriable: false };
    drafts.change(id, { title: name.trim() });
    return drafts.view(id);
  },
  draft_of_document: () => drafts.add({ ...filled }),
  save_draft: ({ id, seen, fields }: { id: string; seen: number; fields: Fields }) => drafts.save(id, seen, fields),
  settle_draft: ({ id, field: name, value }: { id: string; field: string; value: string | null }) => drafts.settle(id, name, value),
  draft_history: ({ id, offset, limit }: { id: string; offset: number; limit: number }) => drafts.history(id).slice(offset, offset + limit),
  draft_version: ({ id, revision }: { id: string; revision: number }) => drafts.version(id, revision),
  remove_draft: ({ id }: { id: string }) => drafts.change(id, { isRemoved: true }),
  take_draft_back: ({ id }: { id: string }) => drafts.change(id, { isRemoved: false }),
  erase_draft: ({ id }: { id: string }) => drafts.erase(id),
  preview_draft: ({ id }: { id: string }): DraftPreview => {
    const { fields, problems, title } = drafts.view(id);
    const said = (section: DraftForm["sections"][number]) => section.fields.flatMap((one) => (fields[one.name] ? [{ label: one.label, value: one.choices.find((choice) => choice.value === fields[one.name])?.label ?? fields[one.name] ?? "" }] : []));
    const sections = formOf(drafts.view(id).form).sections.map((section) => ({ level: 1, heading: section.heading, fields: said(section), tables: [] }));
    // As with every document that has a schema, its answers have to be whole.
    const isReadable = formOf(drafts.view(id).form) === demoForm ? Object.keys(fields).length > 8 : problems.length === 0;
    return { readable: isReadable ? { title, sections } : null, problems };
  },
  file_draft: ({ id }: { id: string }) => {
    const { problems } = drafts.view(id);
    if (problems.length > 0) return { documentId: null, problems };
    drafts.change(id, { documentId: "doc-0002" });
    return { documentId: "doc-0002", problems: [] };
  },
});

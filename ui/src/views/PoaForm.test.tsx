import { fireEvent, screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { lastDay, dayText, parseDay } from "../features/poaForm/days";
import { addPowers, chosenPowers, removePower } from "../features/poaForm/rows";
import { isPlain, sectionsOf, STEPS, stepOf } from "../features/poaForm/steps";
import { allPowers, begunPoa, poaForm, poaPeople, redelegationForm } from "../testing/fakePoaForm";
import { FakeHost, uiError } from "../testing/fakeHost";
import { openApp } from "../testing/render";
import { text } from "../testing/texts";

const open = async (fields: Record<string, string> = {}, fake = new FakeHost(), form = poaForm.code) => {
  const draft = fake.drafts.addPoa(fields, form);
  const opened = await openApp(fake, `/drafts/${draft.id}`);
  await screen.findByTestId("poa-step-giver");
  return { ...opened, id: draft.id };
};
const step = (id: string) => screen.getByTestId(`poa-step-${id}`);
const field = (name: string) => screen.getByTestId<HTMLInputElement>(`field-${name}`);
const isSaved = () => waitFor(() => expect(screen.getByTestId("saving").dataset.saving).toBe("saved"), { timeout: 3000 });
const values = (fake: FakeHost, id: string, start: string) => Object.entries(fake.drafts.view(id).fields).filter(([name]) => name.startsWith(start)).map(([, value]) => value);
const whole = {
  expires: "28.11.2027", ...Object.fromEntries(Object.entries(poaPeople[1]?.facts ?? {}).map(([name, value]) => [`representative.${name}`, value])),
  "powers/00000100/code": "DEMO_SRCDOC_ALL", "powers/00000100/name": "Подписывать первичные учётные документы",
};
const pick = async (user: Awaited<ReturnType<typeof open>>["user"], testId: string, name: RegExp) => {
  await user.click(screen.getByTestId(testId));
  await user.click(await screen.findByRole("option", { name }));
};

describe("what is missing", () => {
  it("is counted at every step, named at the last, and one press leads to the field", async () => {
    const { user } = await open();
    expect(Number(step("receiver").dataset.left)).toBeGreaterThan(4);
    expect(step("passing").dataset.left).toBe("0");
    await user.click(step("check"));
    const missing = screen.getByTestId("poa-missing-representative.born");
    expect(missing.textContent).toContain("Дата рождения");
    expect(missing.textContent).toContain(text("findings.form.required"));
    expect(screen.getByText(text("ui.poaForm.check.none"))).toBeTruthy();
    await user.click(missing);
    await waitFor(() => expect(document.activeElement).toBe(field("representative.born")));
    // Nobody has been told off for what they have not come to yet.
    expect(screen.queryByText(text("findings.form.required"))).toBeNull();
  });

  it("opens at the first wrong field when the document is wanted, also where it is folded away", async () => {
    const { user, fake, id } = await open({ ...whole, "representative.born": "", "principal.name": "ООО" });
    await user.click(screen.getByTestId("make-document"));
    await waitFor(() => expect(document.activeElement).toBe(field("representative.born")));
    fake.on("file_draft", () => ({ documentId: null, problems: [{ field: "head.passport.issuer-code", code: "poa.issuer-code", params: {} }] }));
    fireEvent.change(field("representative.born"), { target: { value: "17.11.1987" } });
    await isSaved();
    await user.click(screen.getByTestId("make-document"));
    await waitFor(() => expect(document.activeElement).toBe(field("head.passport.issuer-code")));
    expect(screen.getByText(text("findings.poa.issuer-code"))).toBeTruthy();
    expect(fake.drafts.view(id).documentId).toBeNull();
  });

  it("without a power leads to the search and says what to do", async () => {
    const { user } = await open({ ...whole, "powers/00000100/code": "", "powers/00000100/name": "" });
    await user.click(screen.getByTestId("make-document"));
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId("poa-power-search")));
    expect(screen.getByText(text("ui.poaForm.powers.missing"))).toBeTruthy();
  });

  it("is told of the person behind a chosen one: nothing of another stays", async () => {
    const { user, fake, id } = await open(whole);
    await user.click(step("receiver"));
    await pick(user, "poa-person-pick", /Васильков/);
    await isSaved();
    expect(fake.drafts.view(id).fields).toMatchObject({ "representative.surname": "Васильков", "representative.inn": "990000000362", "representative.who": "person" });
    expect(fake.drafts.view(id).fields["representative.passport.number"]).toBeUndefined();
    expect(Number(step("receiver").dataset.left)).toBeGreaterThan(3);
  });
});

describe("what the host refuses", () => {
  it("leaves the fields to be typed: people who cannot be asked for are a help only", async () => {
    const fake = new FakeHost();
    fake.fail("poa_people", uiError("store.full"));
    const { user } = await open({}, fake);
    await user.click(step("receiver"));
    expect(screen.queryByTestId("poa-person-pick")).toBeNull();
    expect(field("representative.surname")).toBeTruthy();
  });

  it("is told at the search, and a classifier that cannot be read does not keep the program's from working", async () => {
    const fake = new FakeHost();
    fake.on("poa_powers", () => ({ items: allPowers.slice(0, 2), total: 2, groups: [], problem: uiError("classifier.malformed") }));
    const { user } = await open({}, fake);
    await user.click(step("powers"));
    expect(await screen.findByText(text("errors.classifier.malformed.what"))).toBeTruthy();
    expect(screen.getByTestId(`poa-power-${allPowers[0]?.code ?? ""}`)).toBeTruthy();
  });

  it("of a power of attorney that may not be passed on is told where it was chosen", async () => {
    const fake = new FakeHost();
    fake.fail("redelegation_of", uiError("poa.not-passed-on"));
    const { user, id } = await open({}, fake, redelegationForm.code);
    await pick(user, "poa-parent-pick", /Ландышева/);
    expect((await screen.findByTestId("error-what")).textContent).toBe(text("errors.poa.not-passed-on.what"));
    expect(fake.drafts.view(id).fields["from.first"]).toBeUndefined();
  });
});

describe("an accountant", () => {
  it("picks a person, a role, a term, and has a power of attorney", async () => {
    const { user, fake, id } = await open();
    await user.click(screen.getByTestId("poa-next"));
    await pick(user, "poa-person-pick", /Ландышева.*Главный бухгалтер.*сотрудник/);
    expect(field("representative.born").value).toBe("17.11.1987");
    await user.click(screen.getByTestId("poa-next"));
    await user.click(await screen.findByTestId("poa-template-accountant"));
    expect(screen.getByTestId("poa-chosen").textContent).toContain("Подписывать первичные учётные документы");
    await user.click(screen.getByTestId("poa-next"));
    await user.click(screen.getByTestId("poa-term-year"));
    expect(field("expires").value).toBe("28.11.2027");
    await isSaved();
    await user.click(step("check"));
    expect(screen.getByTestId("readable").textContent).toContain("Ландышева");
    expect(screen.queryByText(text("ui.poaForm.check.missing"))).toBeNull();
    await user.click(screen.getByTestId("make-document"));
    await waitFor(() => expect(fake.drafts.view(id).documentId).not.toBeNull());
  });

  it("finds powers by words and takes them on and off; no power stands there twice", async () => {
    const { user, fake, id } = await open();
    await user.click(step("powers"));
    await user.type(await screen.findByTestId("poa-power-search"), "сверки");
    await waitFor(() => expect(screen.queryByTestId("poa-power-DEMO_BANK")).toBeNull());
    const power = screen.getByTestId("poa-power-DEMO_RECONCILE");
    await user.click(power);
    expect(power.getAttribute("aria-pressed")).toBe("true");
    await user.click(screen.getByTestId("poa-template-accountant"));
    await isSaved();
    expect(values(fake, id, "powers/").filter((value) => value === "DEMO_RECONCILE")).toHaveLength(1);
    await user.click(power);
    await isSaved();
    expect(values(fake, id, "powers/")).not.toContain("DEMO_RECONCILE");
    fireEvent.change(screen.getByTestId("poa-power-search"), { target: { value: "ходить в лес" } });
    expect(await screen.findByTestId("poa-power-none")).toBeTruthy();
  });

  it("limits a power with the values there are, and the limit goes with its power", async () => {
    const { user, fake, id } = await open({ ...whole, "powers/00000200/code": "RPNDZ_REPORT", "powers/00000200/name": "Отчётность в Росприроднадзор" });
    await user.click(step("terms"));
    await user.selectOptions(await screen.findByTestId("poa-limit-add-RPNDZ_REPORT"), "DEMO_REGION");
    await user.selectOptions(await screen.findByTestId("poa-limit-RPNDZ_REPORT-DEMO_REGION"), "77");
    await user.selectOptions(screen.getByTestId("poa-limit-add-DEMO_SRCDOC_ALL"), "DEMO_SUM");
    await isSaved();
    expect(values(fake, id, "limits/")).toEqual(expect.arrayContaining(["RPNDZ_REPORT", "DEMO_REGION", "77", "Москва", "code"]));
    // An empty limit is missing a value, and named so.
    await user.click(step("check"));
    const missing = await screen.findByTestId(/^poa-missing-limits\//);
    await user.click(missing);
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId("poa-limit-DEMO_SRCDOC_ALL-DEMO_SUM")));
    await user.click(step("powers"));
    await user.click(screen.getByTestId("poa-remove-RPNDZ_REPORT"));
    await isSaved();
    expect(values(fake, id, "limits/")).not.toContain("RPNDZ_REPORT");
  });

  it("names several principals, each asked what fits its kind", async () => {
    const { user } = await open(whole);
    await user.click(screen.getByTestId("add-principals"));
    await user.click(await screen.findByTestId("add-principals-organisation"));
    const asked = [...screen.getByTestId("party-principals-1").querySelectorAll<HTMLElement>("[data-field]")].map((one) => one.dataset.field?.split("/")[2]);
    expect(asked).toEqual(expect.arrayContaining(["kpp", "head", "head-snils"]));
    expect(asked).not.toContain("document");
  });

  it("names several representatives, and says how they act", async () => {
    const { user, fake, id } = await open(whole);
    await user.click(step("receiver"));
    expect(screen.queryByTestId("field-joint")).toBeNull();
    await user.click(screen.getByTestId("add-representatives"));
    await user.click(await screen.findByTestId("add-representatives-person"));
    await pick(user, "poa-person-pick-representatives-1", /Ромашкина/);
    await user.selectOptions(screen.getByTestId("field-joint"), "together");
    await isSaved();
    expect(values(fake, id, "representatives/")).toEqual(expect.arrayContaining(["person", "Ромашкина Анна Сергеевна", "990000000115"]));
    await user.click(screen.getByTestId("remove-representatives-1"));
    await isSaved();
    expect(values(fake, id, "representatives/")).toEqual([]);
  });

  it("may write powers in words instead", async () => {
    const { user } = await open(whole);
    await user.click(step("powers"));
    await user.selectOptions(field("powers.kind"), "text");
    expect(await screen.findByTestId("field-powers.text")).toBeTruthy();
    expect(screen.queryByTestId("poa-power-search")).toBeNull();
  });

  it("passes on a power of attorney of the register: its powers, its term, its receiver", async () => {
    const { user, fake, id } = await open({ ...whole, "powers/00000900/code": "DEMO_BANK", "powers/00000900/name": "Подписывать платёжные документы" }, new FakeHost(), redelegationForm.code);
    expect(field("from.first")).toBeTruthy();
    await pick(user, "poa-parent-pick", /Ландышева/);
    await isSaved();
    expect(fake.drafts.view(id).fields).toMatchObject({ "principal.kind": "person", "head.surname": "Ландышева", expires: "31.08.2027" });
    expect(values(fake, id, "powers/").filter((value) => value.startsWith("DEMO_"))).toEqual(["DEMO_SRCDOC_ALL"]);
    expect(fake.drafts.view(id).fields["head.position"]).toBeUndefined();
    await user.click(step("passing"));
    await user.selectOptions(field("redelegation"), "further");
    await isSaved();
    await user.click(step("check"));
    expect((await screen.findByTestId("poa-missing-redelegation")).textContent).toContain(text("findings.poa.passes-on-further"));
  });

  it("sees what a new version changes, and never the file it came from", async () => {
    const fake = new FakeHost();
    fake.drafts.poaChanges = { previous: "4f1c2d3e-5a6b-4c7d-8e9f-0a1b2c3d4e5f", isKnown: true, items: [{ what: "expires", params: { before: "31.08.2027", after: "28.11.2027" } }] };
    const { user } = await open({ ...whole, original: "<Доверенность/>" }, fake);
    await user.click(step("check"));
    expect((await screen.findByTestId("poa-changes")).textContent).toContain("был 31.08.2027, стал 28.11.2027");
    await user.click(screen.getByTestId("open-history"));
    expect((await screen.findByTestId("versions")).textContent).not.toContain("Доверенность/>");
  });
});

describe("the data", () => {
  it("ask every question of both forms in exactly one step", () => {
    for (const form of [poaForm, redelegationForm]) {
      const asked = STEPS.flatMap((id) => sectionsOf(form, id).flatMap((section) => [...section.fields.map((one) => one.name), ...(section.table ? [section.table.name] : [])]));
      const all = form.sections.flatMap((section) => [...section.fields.map((one) => one.name), ...(section.table ? [section.table.name] : [])]);
      expect([...asked].sort()).toEqual([...all].sort());
    }
    expect(stepOf("representatives/00000100/inn")).toBe("receiver");
  });

  it("keep compulsory questions out of the fold", () => {
    const asked = poaForm.sections.flatMap((section) => section.fields).filter((one) => one.required && (!one.when || begunPoa[one.when.field as keyof typeof begunPoa] === one.when.is));
    const folded = asked.filter((one) => !isPlain(one, begunPoa) && !begunPoa[one.name as keyof typeof begunPoa]);
    expect(folded.map((one) => one.name)).toEqual([]);
  });

  it("end a term on the day before its anniversary", () => {
    const end = (first: string, term: Parameters<typeof lastDay>[1]) => dayText(lastDay(parseDay(first) ?? new Date(0), term));
    expect(end("29.11.2026", "year")).toBe("28.11.2027");
    expect(end("1.1.2027", "year")).toBe("31.12.2027");
    expect(end("29.02.2028", "year")).toBe("28.02.2029");
    expect(end("30.11.2026", "months3")).toBe("28.02.2027");
    expect(end("01.12.2026", "months3")).toBe("28.02.2027");
    expect(end("29.11.2026", "year-end")).toBe("31.12.2026");
    expect(parseDay("31.02.2027")).toBeNull();
    expect(parseDay("завтра")).toBeNull();
  });

  it("take a power away with everything that was of it", () => {
    const fields = { ...begunPoa, ...addPowers(begunPoa, allPowers.slice(0, 2)) };
    const [first] = chosenPowers(fields);
    const limited = { ...fields, "limits/1/power": first?.code ?? "", "limits/1/code": "X" };
    expect(Object.keys(removePower(limited, first?.code ?? "")).filter((name) => name.startsWith("limits/"))).toEqual(["limits/1/power", "limits/1/code"]);
    expect(addPowers(fields, allPowers.slice(0, 2))).toEqual({});
  });
});

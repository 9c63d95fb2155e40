import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { FakeHost, readyState, uiError } from "../testing/fakeHost";
import { numbered, poaRow } from "../testing/fakePoas";
import { openApp } from "../testing/render";
import { text } from "../testing/texts";

const register = async (fake = new FakeHost(), path = "/poas") => {
  const opened = await openApp(fake, path);
  await screen.findByTestId("poas-count");
  return opened;
};
const shown = () => screen.getAllByTestId("poa-row").map((row) => row.dataset.number);
const rowOf = (number: string) => within(screen.getByTestId(`row-${number}`));
const lastQuery = (fake: FakeHost) => (fake.called("poas").at(-1)?.args as { query: Record<string, unknown> }).query;

describe("the register", () => {
  it("says what went wrong and asks again", async () => {
    const fake = new FakeHost().fail("poas", uiError("app.io", {}, true));
    const { user } = await register(fake);
    expect((await screen.findByTestId("error-what")).textContent).toBe(text("errors.app.io.what"));
    fake.on("poas", () => ({ items: [poaRow(1)], total: 1 }));
    await user.click(screen.getByTestId("error-retry"));
    await waitFor(() => expect(shown()).toEqual([numbered(1)]));
  });

  it("says what the registry did not answer, and keeps the list", async () => {
    const fake = new FakeHost().fail("sync_poas", uiError("portal.unreachable", {}, true));
    const { user } = await register(fake);
    await screen.findAllByTestId("poa-row");
    await user.click(screen.getByTestId("poas-sync"));
    expect((await screen.findByTestId("error-code")).textContent).toContain("portal.unreachable");
    expect(shown().length).toBeGreaterThan(5);
  });

  it("without a connection says so, and how old the registry's word is", async () => {
    const fake = new FakeHost(readyState({ network: "offline", session: null }));
    fake.poas.rows = [poaRow(1, { heard: new Date(Date.now() - 5 * 3_600_000).toISOString() })];
    await register(fake);
    expect((await screen.findByTestId("poas-offline")).textContent).toBe(text("ui.poas.offline"));
    expect((await screen.findByTestId(`row-${numbered(1)}`)).textContent).toContain("Реестр: действует (5 часов назад)");
  });

  it("is empty with the way to the first one, which is a draft", async () => {
    const fake = new FakeHost();
    fake.poas.rows = [];
    const { user } = await register(fake);
    expect((await screen.findByTestId("empty")).textContent).toContain(text("ui.poas.none.title"));
    await user.click(screen.getByTestId("poa-new-first"));
    await waitFor(() => expect(fake.called("new_draft")[0]?.args).toEqual({ form: "emchd" }));
    expect(window.location.hash).toContain("#/drafts/");
  });

  it("names every state in words and with an icon, and what the registry refused or has not confirmed", async () => {
    const fake = new FakeHost();
    await register(fake);
    await screen.findAllByTestId("poa-row");
    for (const state of ["made", "signed", "processing", "outcome-unknown", "refused", "active", "revoked", "expired"]) {
      const label = screen.getAllByTestId("poa-row-state").find((one) => one.dataset.state === state);
      expect(label?.textContent, state).toBe(text(`poa.state.${state}`));
      expect(label?.querySelector("svg"), state).toBeTruthy();
    }
    expect(rowOf(numbered(7)).getByText(text("ui.poas.unconfirmed"))).toBeTruthy();
    expect(rowOf(numbered(6)).getByText(text("ui.poas.lastDay"))).toBeTruthy();
    expect(rowOf(numbered(10)).getByText(text("ui.poas.inWords"))).toBeTruthy();
    expect(screen.getByTestId("nav-poas").getAttribute("aria-current")).toBe("page");
  });

  it("is narrowed by words, state and power, and reset at once", async () => {
    const fake = new FakeHost();
    const { user } = await register(fake);
    const type = (value: string) => fireEvent.change(screen.getByTestId("poas-search"), { target: { value } });
    type("ландышева");
    await waitFor(() => expect(lastQuery(fake)).toMatchObject({ text: "ландышева" }));
    type("");
    await user.selectOptions(screen.getByTestId("poas-show"), "ending");
    await waitFor(() => expect(shown()).toEqual([numbered(6), numbered(9), numbered(5)]));
    expect(lastQuery(fake)).toMatchObject({ ending: true, states: [], order: null });
    await user.click(screen.getByTestId("poas-power"));
    await user.click(await screen.findByRole("option", { name: /актов сверки/ }));
    await waitFor(() => expect(lastQuery(fake)).toMatchObject({ power: "DEMO_RECONCILE" }));
    type("такого нет");
    await user.click(await screen.findByTestId("poas-reset"));
    await waitFor(() => expect(shown().length).toBeGreaterThan(8));
    expect(screen.getByTestId("poas-search")).toHaveProperty("value", "");
  });

  it("is sorted one way, the other way and back by clicks on a column", async () => {
    const fake = new FakeHost();
    const { user } = await register(fake, "/poas?group=ending");
    await user.click(await screen.findByTestId("sort-expires"));
    await waitFor(() => expect(lastQuery(fake)).toMatchObject({ ending: true, order: "expires", descending: false }));
    await user.click(screen.getByTestId("sort-expires"));
    await waitFor(() => expect(shown()).toEqual([numbered(5), numbered(9), numbered(6)]));
    await user.click(screen.getByTestId("sort-expires"));
    await waitFor(() => expect(lastQuery(fake)).toMatchObject({ order: null }));
  });

  it("is as it was left when one comes back from a card", async () => {
    const fake = new FakeHost();
    const { user } = await register(fake);
    await user.selectOptions(screen.getByTestId("poas-show"), "refused");
    await waitFor(() => expect(shown()).toEqual([numbered(4)]));
    await user.click(screen.getByTestId("poa-row"));
    await waitFor(() => expect(window.location.hash).toBe(`#/poas/${numbered(4)}`));
    await user.click(await screen.findByTestId("poas-back"));
    await waitFor(() => expect(shown()).toEqual([numbered(4)]));
    expect(screen.getByTestId("poas-show")).toHaveProperty("value", "refused");
  });

  it("draws some of three thousand and asks for them part by part", async () => {
    const fake = new FakeHost();
    fake.poas.rows = Array.from({ length: 3000 }, (_, index) => poaRow(index));
    await register(fake);
    await waitFor(() => expect(screen.getByTestId("poas-count").textContent).toBe("3 000 доверенностей".replace(" ", "\u00a0")));
    expect(screen.getAllByTestId("poa-row").length).toBeLessThan(60);
    expect(fake.called("poas")).toHaveLength(1);
  });
});

describe("what wants something", () => {
  it("is counted on the first screen and leads to just that", async () => {
    const fake = new FakeHost();
    const { user } = await openApp(fake);
    expect((await screen.findByTestId("panel-poaWaiting")).textContent).toContain("3");
    expect(screen.getByTestId("panel-poaRefused").textContent).toContain("1");
    expect(screen.getByTestId("panel-poaUnconfirmed").textContent).toContain("1");
    await user.click(screen.getByTestId("panel-poaEnding"));
    await waitFor(() => expect(shown()).toEqual([numbered(6), numbered(9), numbered(5)]));
  });

  it("is not spoken of when there is none", async () => {
    const fake = new FakeHost();
    fake.poas.rows = [poaRow(20)];
    await openApp(fake);
    await screen.findByTestId("panel-all");
    await waitFor(() => expect(fake.called("poa_counts").length).toBeGreaterThan(0));
    for (const what of ["Waiting", "Refused", "Ending", "Unconfirmed"]) expect(screen.queryByTestId(`panel-poa${what}`)).toBeNull();
  });

  it("leads from the portal's notice to the card", async () => {
    const fake = new FakeHost();
    fake.notifications = [{ ...fake.notifications[0]!, id: "n-poa", title: "Вам выдана доверенность", section: "poa", target: numbered(5) }];
    const { user } = await openApp(fake, "/notifications");
    await user.click(await screen.findByTestId("go"));
    expect((await screen.findByTestId("poa-number")).textContent).toBe(`№ ${numbered(5)}`);
  });

  it("one that ends stands in the calendar and leads to its card", async () => {
    const fake = new FakeHost();
    fake.deadlines = [{ ...fake.deadlines[0]!, id: `poa/${numbered(5)}`, kind: "power-of-attorney", title: "Соколова Мария Петровна", authority: null, source: null, period: null }];
    await openApp(fake, "/calendar");
    const link = await screen.findByTestId("deadline-order");
    expect(link.textContent).toBe("Заканчивается доверенность: Соколова Мария Петровна");
    expect(link.getAttribute("href")).toBe(`#/poas/${numbered(5)}`);
  });
});

const card = async (at: number, fake = new FakeHost()) => {
  const opened = await openApp(fake, `/poas/${numbered(at)}`);
  await screen.findByTestId("poa-state");
  return opened;
};

describe("the card", () => {
  it("of one that is not here asks the registry", async () => {
    const fake = new FakeHost();
    const { user } = await openApp(fake, "/poas/00000000-0000-4000-8000-000000000001");
    expect((await screen.findByTestId("empty")).textContent).toContain(text("ui.poas.unknown.title"));
    fake.fail("sync_poas", uiError("app.not-signed-in"));
    await user.click(screen.getByTestId("poa-ask-registry"));
    expect((await screen.findByTestId("error-todo")).textContent).toBe(text("errors.app.not-signed-in.todo"));
    fake.on("sync_poas", () => 1);
    await user.click(screen.getByTestId("poa-ask-registry"));
    await waitFor(() => expect(fake.called("poa_card").length).toBe(2));
  });

  it("of a refused one says why and what to do, with the code", async () => {
    await card(4);
    const note = screen.getByTestId("note");
    expect(note.dataset.code).toBe("poa.refused.not-the-head");
    expect(within(note).getByTestId("note-todo").textContent).toBe(text("errors.poa.refused.not-the-head.todo"));
    expect(screen.queryByTestId("poa-register")).toBeNull();
  });

  it("of one with a lost answer says that nothing is sent twice, and when it is asked again", async () => {
    await card(3);
    expect(screen.getByTestId("poa-unknown").textContent).toContain(text("ui.poas.notice.unknown.text"));
    expect(screen.getByTestId("poa-errand").textContent).toContain("Попыток: 2");
    expect(screen.getByTestId("note").dataset.code).toBe("portal.unreachable");
  });

  it("says who may do what until when, and its text as it was signed", async () => {
    const { user } = await card(5);
    expect(screen.getByTestId("poa-says").textContent).toMatch(/ООО «Северный ветер» доверяет с .* по .* включительно: .*\(Главный бухгалтер\)\./);
    const powers = within(screen.getByTestId("poa-power-list")).getAllByRole("listitem");
    expect(powers[0]?.textContent).toContain("Ограничение: Сумма документа");
    expect(screen.getByTestId("poa-chosen-for").textContent).toContain("УПД");
    expect(within(screen.getByTestId("poa-children")).getByRole("link").getAttribute("href")).toBe(`#/poas/${numbered(9)}`);
    await user.click(screen.getByTestId("tab-text"));
    expect((await screen.findByTestId("readable")).textContent).toContain(numbered(5));
    await user.click(screen.getByTestId("tab-history"));
    expect(await screen.findByText(text("journal.poa-registered"))).toBeTruthy();
  });

  it("is passed on where it may be, and says why where it cannot", async () => {
    const fake = new FakeHost();
    fake.fail("redelegate_poa", uiError("poa.not-passed-on"));
    const { user } = await card(5, fake);
    await user.click(screen.getByTestId("poa-pass-on"));
    expect((await screen.findByTestId("error-what")).textContent).toBe(text("errors.poa.not-passed-on.what"));
    fake.on("redelegate_poa", () => fake.drafts.add({ kind: "new" }, { form: "emchd.redelegation" }));
    await user.click(screen.getByTestId("poa-pass-on"));
    await waitFor(() => expect(window.location.hash).toContain("/drafts/"));
  });

  it("shows the way with its times, and goes on along it", async () => {
    const fake = new FakeHost();
    const { user } = await card(1, fake);
    const steps = () => [...screen.getByTestId("poa-steps").querySelectorAll("li")].map((step) => `${step.dataset.state} ${step.dataset.mark}`);
    expect(steps()).toEqual(["made done", "signed current", "queued ahead", "processing ahead", "active ahead"]);
    fake.fail("register_poa", uiError("poa.wrong-state", { state: "revoked" }));
    await user.click(screen.getByTestId("poa-register"));
    expect((await screen.findByTestId("error-why")).textContent).toContain("revoked");
    fake.on("register_poa", ({ number }: { number: string }) => fake.poas.commands().register_poa({ number }));
    await user.click(screen.getByTestId("poa-register"));
    await waitFor(() => expect(screen.getByTestId("poa-state").dataset.state).toBe("queued"));
    expect(screen.queryByTestId("poa-register")).toBeNull();
    await user.click(screen.getByTestId("poa-refresh"));
    await waitFor(() => expect(screen.getByTestId("poa-state").dataset.state).toBe("active"));
  });

  it("answers whether something may be signed, with every reason by its weight", async () => {
    const fake = new FakeHost();
    const { user } = await card(5, fake);
    await user.click(screen.getByTestId("poa-judge"));
    await user.selectOptions(await screen.findByTestId("judge-what"), "fns.report");
    await user.click(screen.getByTestId("judge-ask"));
    const answer = await screen.findByTestId("judgement");
    expect(answer.dataset.verdict).toBe("cannot-tell");
    expect(answer.textContent).toContain(text("ui.poas.judge.weight.doubt"));
    expect(answer.textContent).toContain("им 31 ч");
    expect(answer.textContent).toContain(text("ui.poas.judge.of", { number: `${numbered(1).slice(0, 8)}…` }));
    expect(fake.called("judge_poa")[0]?.args).toEqual({ number: numbered(5), ask: { certificate: null, representative: 0, format: "fns.report" } });
    // An answer belongs to its question.
    await user.selectOptions(screen.getByTestId("judge-what"), "");
    expect(screen.queryByTestId("judgement")).toBeNull();
    fake.fail("judge_poa", uiError("app.no-certificate"));
    await user.click(screen.getByTestId("judge-ask"));
    expect((await screen.findByTestId("error-code")).textContent).toContain("app.no-certificate");
  });

  it("is chosen for documents its powers are enough for, and for no others", async () => {
    const fake = new FakeHost();
    const { user } = await card(5, fake);
    await user.click(screen.getByTestId("poa-choose"));
    const box = (format: string) => screen.getByTestId(`choose-${format}`) as HTMLInputElement;
    await screen.findByTestId("choose-fns.report");
    const allowed = fake.poas.find(numbered(5)).powers;
    expect(box("fns.report").disabled).toBe(!allowed.includes("DEMO_TAX_REPORT"));
    const format = allowed.includes("DEMO_TAX_REPORT") ? "fns.report" : "fns.on_aktsverotp";
    await user.click(box(format));
    await waitFor(() => expect(box(format).checked).toBe(true));
    expect(fake.called("choose_poa")[0]?.args).toEqual({ format, number: numbered(5) });
    await user.click(box(format));
    await waitFor(() => expect(fake.called("choose_poa")[1]?.args).toEqual({ format, number: null }));
  });

  it("leads to its document, and cannot be registered by whoever may not sign", async () => {
    const refusal = { code: "signing.sign", error: uiError("app.not-permitted", { permission: "signing.sign", reason: "" }) };
    const standing = { role: "Бухгалтер", at: new Date().toISOString(), refused: [refusal], locked: false, passwordDaysLeft: null, alerts: 0, checkUpDue: null };
    const { user } = await card(1, new FakeHost(readyState({ standing })));
    expect((screen.getByTestId("poa-register") as HTMLButtonElement).disabled).toBe(true);
    fireEvent.click(screen.getByTestId("poa-document"));
    await waitFor(() => expect(window.location.hash).toBe("#/documents/doc-0003"));
    expect(user).toBeTruthy();
  });
});

import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Stage } from "../ipc";
import { accountant, director, inDays, rutoken, scanOf, warning } from "../testing/demoPeople";
import { noConnection } from "../testing/demoConnection";
import { demoJournal } from "../testing/demoJournal";
import { outboxRow } from "../testing/demoOutbox";
import { FakeHost, readyState, uiError } from "../testing/fakeHost";
import { openApp } from "../testing/render";
import { text } from "../testing/texts";

describe("today", () => {
  it("puts what needs the user first and offers to sign it all", async () => {
    const { user } = await openApp();
    const mine = await screen.findByTestId("needs-action");
    expect(within(mine).getByTestId("document-doc-0000").textContent).toContain("Нужно уточнение");
    expect(within(screen.getByTestId("in-progress")).getAllByTestId("stage").length).toBeGreaterThan(2);
    expect((await screen.findByTestId(`expiring-${accountant.id}`)).textContent).toContain("Через 12 дней");
    await user.click(screen.getByTestId("sign-all"));
    expect(await screen.findByText("Что подписываете: 3 документа")).toBeTruthy();
  });

  it("tells the state of the session and of the token", async () => {
    await openApp(new FakeHost(readyState({ session: null })));
    const facts = screen.getByTestId("facts");
    expect(facts.textContent).toContain("не выполнен");
    await waitFor(() => expect(facts.textContent).toContain("JaCarta бухгалтерия: требует внимания"));
  });

  describe("a certificate that ends", () => {
    const ending = () => new FakeHost().on("today", () => ({ needsAction: [], inProgress: [], recent: [], certificateExpiry: { holder: director.holder, daysLeft: 20 }, orders: { open: 0, watched: 0, all: 0 } }));
    const soon = { ...director, daysLeft: 20 };

    it("is known from the session while no token shows it", async () => {
      const fake = ending();
      fake.scan = scanOf();
      await openApp(fake);
      expect((await screen.findByTestId("certificate-expiry")).textContent).toContain(`Через 20 дней закончится сертификат: ${director.holder}`);
    });

    it("is told once when the token is there, before the reporting date and with the way on", async () => {
      const fake = ending();
      fake.scan = scanOf({ tokens: [rutoken], certificates: [soon], expiring: [warning(soon, { beforeDeadline: "2026-12-25" })] });
      await openApp(fake);
      const notice = await screen.findByTestId(`expiring-${director.id}`);
      expect(notice.textContent).toContain("раньше срока отчётности 25.12.2026");
      expect(within(notice).getByRole("link").getAttribute("href")).toBe("#/tokens");
      expect(screen.queryByTestId("certificate-expiry")).toBeNull();
      expect(screen.getAllByText(new RegExp(`закончится сертификат: ${director.holder}`))).toHaveLength(1);
    });

    it("is not told at all once it is renewed", async () => {
      const fake = ending();
      fake.scan = scanOf({ tokens: [rutoken], certificates: [soon], expiring: [warning(soon, { renewed: true })] });
      await openApp(fake);
      await waitFor(() => expect(screen.getByTestId("facts").textContent).toContain(rutoken.label));
      expect(document.body.textContent).not.toContain("закончится сертификат");
    });
  });

  it("is calm when there is nothing at all", async () => {
    const fake = new FakeHost().on("today", () => ({ needsAction: [], inProgress: [], recent: [], certificateExpiry: null, orders: { open: 0, watched: 0, all: 0 } }));
    await openApp(fake);
    expect(await screen.findByText("Откройте первый документ")).toBeTruthy();
  });

  it("that cannot be loaded can be asked for again", async () => {
    const fake = new FakeHost().fail("today", uiError("app.io", {}, true));
    const { user } = await openApp(fake);
    await user.click(await screen.findByTestId("error-retry"));
    await waitFor(() => expect(fake.called("today")).toHaveLength(2));
  });

});

describe.each(["documents-changed", "outbox-changed"] as const)("after %s", (event) => {
  const of = (fake: FakeHost) => (stage: Stage) => {
    fake.documents = fake.documents.map((row) => (row.id === "doc-0002" ? { ...row, stage } : row));
    fake.outbox = [outboxRow({ id: "sub-live", documentId: "doc-0002", state: stage === "ready" ? "queued" : "following" })];
  };

  it.each([
    ["today", "/today", () => within(screen.getByTestId("document-doc-0002")).getByTestId("stage").textContent],
    ["the list", "/documents", () => within(screen.getByTestId("row-doc-0002")).getByTestId("stage").textContent],
    ["the document", "/documents/doc-0002", () => screen.getByTestId("stage").textContent],
    ["the outbox", "/outbox", () => screen.getByTestId("submission-sub-live").dataset.state],
  ])("%s shows what has become of the document, without a loading state", async (_, path, shown) => {
    const fake = new FakeHost();
    const become = of(fake);
    become("ready");
    await openApp(fake, path);
    await waitFor(() => expect(shown()).toBe(path === "/outbox" ? "queued" : text("stage.ready")));
    become("sent");
    await act(() => fake.emit(event, null));
    expect(screen.queryByTestId("loading")).toBeNull();
    await waitFor(() => expect(shown()).toBe(path === "/outbox" ? "following" : text("stage.sent")));
  });

  it("the journal shows the new entry", async () => {
    const fake = new FakeHost();
    await openApp(fake, "/journal");
    await screen.findByTestId("row-1204");
    fake.journal = demoJournal(1205);
    await act(() => fake.emit(event, null));
    expect(await screen.findByTestId("row-1205")).toBeTruthy();
  });
});

describe("the outbox", () => {
  it("says where each sending stands and what it waits for", async () => {
    await openApp(new FakeHost(), "/outbox");
    const third = await screen.findByTestId("submission-sub-3");
    expect(third.textContent).toContain("Получает номер заявления");
    expect(third.textContent).toContain("Ждёт связи с сетью");
    expect(third.textContent).toContain("Попытка 3");
    expect(screen.getByTestId("submission-sub-6").textContent).toContain("Отказано ведомством");
  });

  it("explains a lost answer and does not offer to withdraw", async () => {
    await openApp(new FakeHost(), "/outbox");
    const lost = await screen.findByTestId("submission-sub-1");
    expect(within(lost).getByTestId("outcome-unknown").textContent).toContain("не отправит документ второй раз");
    expect(within(lost).queryByTestId("withdraw-sub-1")).toBeNull();
  });

  it("withdraws only after a second word", async () => {
    const { fake, user } = await openApp(new FakeHost(), "/outbox");
    await user.click(await screen.findByTestId("withdraw-sub-2"));
    expect(fake.called("withdraw")).toHaveLength(0);
    await user.click(await screen.findByTestId("withdraw-confirm"));
    await waitFor(() => expect(screen.getByTestId("submission-sub-2").textContent).toContain("Отозвано"));
    expect(fake.called("withdraw")[0]?.args).toEqual({ submission: "sub-2" });
  });

  it("a withdrawal that came too late is explained in place", async () => {
    const { user } = await openApp(new FakeHost().fail("withdraw", uiError("app.wrong-stage")), "/outbox");
    await user.click(await screen.findByTestId("withdraw-sub-2"));
    await user.click(await screen.findByTestId("withdraw-confirm"));
    expect(await screen.findByTestId("error")).toBeTruthy();
    expect(screen.getByTestId("withdraw-confirm")).toBeTruthy();
  });

  it("shows how far a result is that comes from the portal, and that it goes on from there", async () => {
    await openApp(new FakeHost(), "/outbox");
    const incoming = within(await screen.findByTestId("submission-sub-7")).getByTestId("incoming");
    expect(incoming.textContent).toMatch(/kvitanciya_5201334840\.pdf: получено 3,3.МБ из 12.МБ/);
    expect(incoming.textContent).toContain("продолжится с этого места");
    const bar = within(incoming).getByRole("progressbar", { name: /получено/ });
    expect(bar.getAttribute("aria-valuenow")).toBe("27");
  });

  it("says that a result sent only as a whole begins anew", async () => {
    const fake = new FakeHost();
    const incoming = { file: "r.pdf", received: 2048, total: null, resumable: false };
    fake.outbox = [outboxRow({ id: "sub-live", documentId: "doc-0002", state: "collecting", incoming })];
    await openApp(fake, "/outbox");
    const shown = await screen.findByTestId("incoming");
    expect(shown.textContent).toMatch(/r\.pdf: получено 2.КБ/);
    expect(shown.textContent).toContain("начнётся заново");
    expect(within(shown).queryByRole("progressbar")).toBeNull();
  });

  it.each([["online", false], ["offline", true]] as const)("says how old what is known of an order is, %s", async (network, remark) => {
    const fake = new FakeHost(readyState({ network }));
    fake.outbox = [outboxRow({ id: "sub-live", documentId: "doc-0002", state: "following", heard: inDays(-3.1 / 24) })];
    await openApp(fake, "/outbox");
    const shown = (await screen.findByTestId("heard")).textContent ?? "";
    expect(shown).toContain("по состоянию на");
    expect(shown).toContain("(3 часа назад)");
    expect(shown.includes("связи нет")).toBe(remark);
  });

  it("that is empty says what will be here", async () => {
    const fake = new FakeHost();
    fake.outbox = [];
    await openApp(fake, "/outbox");
    expect(await screen.findByText("Отправлять нечего")).toBeTruthy();
  });
});

describe("settings", () => {
  it("change the language at once", async () => {
    const { fake, user } = await openApp(new FakeHost(), "/settings");
    await user.click(screen.getByText("English"));
    expect(await screen.findByRole("heading", { level: 1, name: "Settings" })).toBeTruthy();
    expect(document.documentElement.lang).toBe("en");
    expect(fake.called("save_settings")[0]?.args).toEqual({ settings: { language: "en", theme: "system", lockAfterMinutes: 15, modules: [], timeStampServices: [], connection: noConnection, keepSignedIn: true } });
  });

  it("that cannot be saved are explained and stay as they were", async () => {
    const { user } = await openApp(new FakeHost().fail("save_settings", uiError("app.io", {}, true)), "/settings");
    await user.selectOptions(screen.getByTestId("lock-after"), "30");
    expect(await screen.findByTestId("error")).toBeTruthy();
    expect(screen.getByTestId("lock-after")).toHaveProperty("value", "15");
  });

  it("keep the time stamp services in their order, and the address that was not taken in the field", async () => {
    const { fake, user } = await openApp(new FakeHost(), "/settings");
    const field = () => screen.findByTestId("stamp-service-address");
    for (const address of ["http://tsa.one.ru/tsp", " http://tsa.two.ru/tsp "]) {
      await user.type(await field(), address);
      await user.click(screen.getByTestId("stamp-service-add"));
      await waitFor(async () => expect(await field()).toHaveProperty("value", ""));
    }
    expect(screen.getAllByTestId("stamp-service").map((row) => row.textContent)).toEqual(["http://tsa.one.ru/tsp", "http://tsa.two.ru/tsp"]);
    await user.click(screen.getAllByTestId("stamp-service-remove")[0]!);
    await waitFor(() => expect(screen.getAllByTestId("stamp-service")).toHaveLength(1));
    fake.fail("save_settings", uiError("app.stamp-service-address", { address: "tsa" }));
    await user.type(await field(), "tsa");
    await user.click(screen.getByTestId("stamp-service-add"));
    expect((await screen.findByTestId("error")).textContent).toContain("«tsa»");
    expect(await field()).toHaveProperty("value", "tsa");
  });

  it("take a new API key beside the old one, and forget what was typed", async () => {
    const { fake, user } = await openApp(new FakeHost(), "/settings");
    await user.click(await screen.findByTestId("api-key-replace"));
    await user.type(screen.getByTestId("api-key"), " key-2 ");
    await user.click(screen.getByTestId("api-key-save"));
    expect(await screen.findByText("Новый ключ ждёт первого входа")).toBeTruthy();
    expect(fake.called("save_api_key")[0]?.args).toEqual({ request: { id: "main", name: "Полевая Вера", key: "key-2" } });
    expect(screen.queryByTestId("api-key")).toBeNull();
    await user.click(screen.getByTestId("api-key-drop-new"));
    await waitFor(() => expect(screen.queryByText("Новый ключ ждёт первого входа")).toBeNull());
  });

  it("an API key that was not taken stays in the field", async () => {
    const { user } = await openApp(new FakeHost().fail("save_api_key", uiError("app.requisite", { field: "api-key" })), "/settings");
    await user.click(await screen.findByTestId("api-key-add"));
    await user.type(screen.getByTestId("api-key"), "key-3");
    await user.click(screen.getByTestId("api-key-save"));
    expect(await screen.findByTestId("error")).toBeTruthy();
    expect(screen.getByTestId("api-key")).toHaveProperty("value", "key-3");
  });

  it("name the employee of a key, say why it was refused, and remove it after a second word", async () => {
    const fake = new FakeHost();
    const [first] = fake.esia.keys;
    fake.esia.keys = [{ ...first!, problem: uiError("portal.key-blocked") }];
    const { user } = await openApp(fake, "/settings");
    const line = await screen.findByTestId("api-key-main");
    expect(line.textContent).toContain("Полевая Вера");
    expect(line.textContent).toContain(text("errors.portal.key-blocked.todo"));
    await user.click(screen.getByTestId("api-key-remove"));
    expect(fake.called("remove_api_key")).toHaveLength(0);
    await user.click(screen.getByTestId("api-key-remove-sure"));
    await waitFor(() => expect(screen.queryByTestId("api-key-main")).toBeNull());
    expect(fake.called("remove_api_key")[0]?.args).toEqual({ id: "main", onlyNew: false });
  });

  it("say whether Госуслуги are set up and end a sign-in with the lock if so wished", async () => {
    const fake = new FakeHost(readyState({ environment: "production" }));
    fake.esia.browser = false;
    const { user } = await openApp(fake, "/settings");
    expect((await screen.findByTestId("esia-setting")).textContent).toContain("esia.json");
    await user.click(screen.getByTestId("keep-signed-in"));
    await waitFor(() => expect(fake.called("save_settings")).toHaveLength(1));
    expect(fake.state.settings.keepSignedIn).toBe(false);
  });

  it("show which token drivers do not work and why", async () => {
    await openApp(new FakeHost(), "/settings");
    const modules = await screen.findAllByTestId("module");
    expect(modules.map((module) => module.textContent?.includes("Не работает"))).toEqual([false, false, true]);
    expect(modules[2]?.textContent).toContain(text("errors.token.module-missing.what"));
  });

  it("say how old the list of accredited authorities is, and keep it when a newer one is refused", async () => {
    const fake = new FakeHost().fail("update_trust", uiError("app.trust-list-foreign"));
    const { user } = await openApp(fake, "/settings");
    expect((await screen.findByTestId("trust-list")).textContent).toContain("7 дней");
    await user.click(screen.getByTestId("update-trust"));
    expect(await screen.findByText(text("errors.app.trust-list-foreign.why"))).toBeTruthy();
    expect(screen.getByTestId("trust-list")).toBeTruthy();
  });

  it("let a root of one's own go only after a second word", async () => {
    const fake = new FakeHost();
    const { user } = await openApp(fake, "/settings");
    await user.click(await screen.findByTestId("remove-trusted"));
    expect(fake.calls.some((call) => call.command === "remove_trusted")).toBe(false);
    await user.click(await screen.findByTestId("confirm-remove-trusted"));
    expect(await screen.findByText(text("ui.settings.trustOwnNone"))).toBeTruthy();
  });
});

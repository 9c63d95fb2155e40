import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { inDays } from "../testing/demoPeople";
import { standing } from "../testing/demoCabinet";
import { FakeHost, readyState, uiError } from "../testing/fakeHost";
import { orderItem, orderPage } from "../testing/fakeOrders";
import { openApp } from "../testing/render";

const question = "764000912";
const running = "764000911";
const refused = "764000907";

describe("applications", () => {
  it("are listed with status, time and number, and narrowed by status, service, words and what is watched", async () => {
    const { user, fake } = await openApp(new FakeHost(), "/orders");
    const row = await screen.findByTestId(`row-${question}`);
    expect(row.textContent).toContain("Заявление требует исправления");
    expect(row.textContent).toContain("Ведомство ждёт ответа");
    expect((await screen.findByTestId("orders-count")).textContent).toBe("403 заявления");
    expect(screen.getByTestId("orders-exchanged").textContent).toContain("Обмен с порталом");
    await user.selectOptions(screen.getByTestId("orders-status"), "Отказано в предоставлении услуги");
    await waitFor(() => expect(screen.getByTestId("orders-count").textContent).toBe("1 заявление"));
    await user.selectOptions(screen.getByTestId("orders-status"), "");
    await user.click(within(screen.getByTestId("orders-group")).getByText("Отслеживаемые"));
    await waitFor(() => expect(screen.getByTestId("orders-count").textContent).toBe("1 заявление"));
    await user.click(within(screen.getByTestId("orders-group")).getByText("Все"));
    await user.type(screen.getByTestId("orders-search"), "такого нет");
    await user.click(await screen.findByText("Сбросить условия"));
    await waitFor(() => expect(screen.getByTestId("orders-count").textContent).toBe("403 заявления"));
    expect(fake.called("orders").length).toBeGreaterThan(4);
  });

  it("say what to do while there are none, and why they cannot be read", async () => {
    const none = new FakeHost();
    none.orders.pages = [];
    await openApp(none, "/orders");
    expect((await screen.findByTestId("empty")).textContent).toContain("Заявлений пока нет");
  });

  it("show an error in place of the list", async () => {
    const fake = new FakeHost();
    fake.fail("orders", uiError("app.io", {}, true));
    await openApp(fake, "/orders");
    expect((await screen.findByTestId("error")).dataset["code"]).toBe("app.io");
  });

  it("are cancelled only where the status permits it, after a question", async () => {
    const { user, fake } = await openApp(new FakeHost(), `/orders/${running}`);
    await user.click(await screen.findByTestId("order-cancel"));
    await user.click(await screen.findByTestId("order-cancel-confirm"));
    expect((await screen.findByTestId("order-under-way")).textContent).toContain("Отправка");
    expect(fake.called("cancel_order")).toHaveLength(1);
  });

  it("say why a cancellation came too late", async () => {
    const fake = new FakeHost();
    fake.fail("cancel_order", uiError("portal.refused.cancel-not-allowed"));
    const { user } = await openApp(fake, `/orders/${running}`);
    await user.click(await screen.findByTestId("order-cancel"));
    await user.click(await screen.findByTestId("order-cancel-confirm"));
    expect((await screen.findByTestId("error")).dataset["code"]).toBe("portal.refused.cancel-not-allowed");
  });

  it("tell the whole way with who said what, and let the authority be answered under the same number", async () => {
    const { user, fake } = await openApp(new FakeHost(), `/orders/${question}`);
    const steps = await screen.findByTestId("order-steps");
    expect(within(steps).getAllByRole("listitem")).toHaveLength(3);
    expect(steps.textContent).toContain("Исправьте КПП контрагента");
    expect(steps.textContent).toContain("Федеральная налоговая служба");
    expect(screen.queryByTestId("order-cancel")).toBeNull();
    // Nine days from now, as the portal named it.
    const term = inDays(9);
    expect(screen.getByTestId("answer-until").textContent).toContain(String(new Date(term).getDate()));
    expect(screen.getByTestId("answer-until").textContent).toContain("Ответить до");
    await user.selectOptions(screen.getByTestId("order-answer"), "doc-0003");
    await user.click(screen.getByTestId("order-answer-send"));
    await screen.findByTestId("order-under-way");
    expect(fake.called("answer_order")[0]?.args).toEqual({ id: question, document: "doc-0003" });
  });

  it("say after a refusal how to appeal, and begin anew", async () => {
    const { user, fake } = await openApp(new FakeHost(), `/orders/${refused}`);
    expect((await screen.findByTestId("order-refused")).textContent).toContain("210-ФЗ");
    await user.click(screen.getByTestId("order-repeat"));
    await waitFor(() => expect(window.location.hash).toBe("#/drafts/draft-1"));
    expect(fake.called("repeat_order")).toHaveLength(1);
  });

  it("are watched by a switch", async () => {
    const { user, fake } = await openApp(new FakeHost(), `/orders/${question}`);
    await user.click(await screen.findByTestId("order-watch"));
    await waitFor(() => expect(fake.called("watch_order")[0]?.args).toEqual({ id: question, watched: true }));
  });

  it("filed elsewhere say so, and what the portal has more", async () => {
    const fake = new FakeHost();
    fake.orders.pages = [orderPage(orderItem({ id: "1", status: "Получено" }), { outdated: true })];
    await openApp(fake, "/orders/1");
    expect((await screen.findByTestId("order")).textContent).toContain("Подано не с этого компьютера");
    expect(screen.getByTestId("order-outdated")).toBeTruthy();
  });
});

describe("notifications", () => {
  it("lead to what they are about when they are pressed", async () => {
    const { fake } = await openApp();
    await fake.emit("open-path", `/orders/${running}`);
    expect((await screen.findByTestId("order-status")).textContent).toBe("Заявление получено ведомством");
  });

  it("are chosen by kind and hour, and can be read again", async () => {
    const { user, fake } = await openApp(new FakeHost(), "/settings");
    expect((await screen.findByTestId("notices")).textContent).toContain("НДС за III квартал");
    await user.click(screen.getByTestId("notices-statuses"));
    await waitFor(() => expect(fake.orders.rules.statuses).toBe(false));
    await user.selectOptions(screen.getByTestId("quiet-to"), "9");
    await waitFor(() => expect(fake.orders.rules.quietTo).toBe(9));
  });
});

it("the line of state says what fails with the portal", async () => {
  await openApp(new FakeHost(readyState({ failing: { code: "portal.rate-limited", params: { minutes: "2" }, retriable: true } })));
  expect((await screen.findByTestId("failing")).textContent).toContain("Отправка приостановлена");
});

describe("the use of services", () => {
  it("shows how much each service is used", async () => {
    const { user } = await openApp(new FakeHost(), "/orders");
    await user.click(await screen.findByTestId("statistics"));
    const table = await screen.findByTestId("statistics-table");
    expect(within(table).getAllByRole("row").length).toBeGreaterThan(1);
    expect(table.textContent).toContain("В работе");
  });

  it("says why a role may not see it", async () => {
    const error = { code: "app.not-permitted", params: { permission: "statistics.view", reason: "Роли «Бухгалтер» это запрещено" }, retriable: false };
    const fake = new FakeHost(readyState({ standing: standing({ refused: [{ code: "statistics.view", error }] }) }));
    await openApp(fake, "/orders");
    const button = (await screen.findByTestId("refused-statistics.view")).querySelector("button");
    expect(button?.hasAttribute("disabled")).toBe(true);
    expect(button?.getAttribute("aria-description")).toContain("Бухгалтер");
    expect(fake.called("service_statistics")).toHaveLength(0);
  });
});

import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { FakeHost, readyState, uiError } from "../testing/fakeHost";
import { openApp } from "../testing/render";
import { text } from "../testing/texts";

const list = async (fake = new FakeHost(), path = "/documents") => {
  const opened = await openApp(fake, path);
  await screen.findByTestId("documents");
  return opened;
};
const lastQuery = (fake: FakeHost) => (fake.called("documents").at(-1)?.args as { query: unknown }).query;

describe("the list", () => {
  it("of five thousand documents draws only what is in sight and asks for one page", async () => {
    const { fake } = await list();
    expect(screen.getByTestId("documents-count").textContent).toMatch(/5.000 документов/);
    expect(screen.getByTestId("documents").getAttribute("aria-rowcount")).toBe("5001");
    expect(screen.getAllByTestId(/^row-/).length).toBeLessThan(60);
    expect(fake.called("documents").every((call) => (call.args as { query: { limit: number } }).query.limit <= 200)).toBe(true);
  });

  it("says every state in a word", async () => {
    await list();
    const row = await screen.findByTestId("row-doc-0005");
    expect(within(row).getByTestId("stage").textContent).toBe("Уточняем у портала");
  });

  it("is narrowed by group, by state and by text", async () => {
    const { fake, user } = await list();
    await user.selectOptions(screen.getByTestId("documents-stage"), "refused");
    await waitFor(() => expect(lastQuery(fake)).toMatchObject({ stages: ["refused"], text: "" }));
    await user.type(screen.getByTestId("documents-search"), "Полюс");
    await waitFor(() => expect(lastQuery(fake)).toMatchObject({ stages: ["refused"], text: "Полюс", offset: 0 }));
    await user.click(screen.getByText("В пути"));
    await waitFor(() => expect(lastQuery(fake)).toMatchObject({ stages: ["queued", "sending", "outcome-unknown", "sent"] }));
  });

  it("tells an empty archive from an empty search", async () => {
    const { fake, user } = await list();
    await user.type(screen.getByTestId("documents-search"), "нет такого");
    // What was typed last: an earlier answer could go away under the click.
    await waitFor(() => expect(lastQuery(fake)).toMatchObject({ text: "нет такого" }));
    expect(await screen.findByText("Ничего не нашлось")).toBeTruthy();
    await user.click(await screen.findByRole("button", { name: "Показать все" }));
    expect(await screen.findByTestId("documents")).toBeTruthy();
  });

  it("is as it was left when a document of it is closed, and the whole one after a lock", async () => {
    const { fake, user } = await list();
    await user.click(screen.getByText("В пути"));
    await user.type(screen.getByTestId("documents-search"), "ООО");
    await waitFor(() => expect(lastQuery(fake)).toMatchObject({ stages: ["queued", "sending", "outcome-unknown", "sent"], text: "ООО" }));
    const asked = fake.called("documents").length;
    await user.click((await screen.findAllByTestId(/^row-/))[0]!);
    await user.click(await screen.findByTestId("back"));
    await screen.findByTestId("documents");
    expect((screen.getByTestId("documents-search") as HTMLInputElement).value).toBe("ООО");
    const again = fake.called("documents").slice(asked).map((call) => (call.args as { query: unknown }).query);
    expect(again.length).toBeGreaterThan(0);
    for (const query of again) expect(query).toMatchObject({ stages: ["queued", "sending", "outcome-unknown", "sent"], text: "ООО" });

    await act(() => fake.emit("state-changed", fake.change({ phase: "locked" })));
    await screen.findByTestId("unlock");
    await act(() => fake.emit("state-changed", fake.change({ phase: "ready" })));
    expect(((await screen.findByTestId("documents-search")) as HTMLInputElement).value).toBe("");
  });

  it("of an empty archive invites to open files", async () => {
    const fake = new FakeHost();
    fake.documents = [];
    await openApp(fake, "/documents");
    expect(await screen.findByText("Документов пока нет")).toBeTruthy();
  });

  it("that cannot be read is explained and can be asked for again", async () => {
    const fake = new FakeHost().fail("documents", uiError("app.io", {}, true));
    const { user } = await openApp(fake, "/documents");
    expect((await screen.findByTestId("error-what")).textContent).toBe(text("errors.app.io.what"));
    fake.on("documents", () => ({ rows: fake.documents.slice(0, 3), total: 3, more: false, unread: 0 }));
    await user.click(screen.getByTestId("error-retry"));
    expect(await screen.findByTestId("row-doc-0001")).toBeTruthy();
  });

  it("follows changes without losing its rows", async () => {
    const { fake } = await list();
    fake.documents = fake.documents.map((row) => (row.id === "doc-0002" ? { ...row, title: "Новое название" } : row));
    await act(() => fake.emit("documents-changed", null));
    expect(await screen.findByText("Новое название")).toBeTruthy();
    expect(screen.queryByTestId("loading")).toBeNull();
  });

  it("is walked with the arrows, marked with Space and opened with Enter", async () => {
    const { user } = await list();
    act(() => screen.getByTestId("row-doc-0000").focus());
    await user.keyboard("{ArrowDown}");
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId("row-doc-0001")));
    await user.keyboard(" ");
    expect(screen.getByTestId("row-doc-0001").getAttribute("aria-selected")).toBe("true");
    await user.keyboard("{Enter}");
    await waitFor(() => expect(window.location.hash).toBe("#/documents/doc-0001"));
  });
});

describe("marking many", () => {
  it("offers what fits each: signing what waits for it, sending what is signed", async () => {
    const { user } = await list();
    for (const id of ["doc-0002", "doc-0003", "doc-0004"]) await user.click(screen.getByTestId(`select-${id}`));
    expect(screen.getByTestId("marked").textContent).toBe("Отмечено 3 документа");
    expect(screen.getByTestId("sign-marked").textContent).toBe("Подписать 2");
    expect(screen.getByTestId("send-marked").textContent).toBe("Отправить 1");
  });

  it("can take everything found at once", async () => {
    const { user } = await list();
    await user.selectOptions(screen.getByTestId("documents-stage"), "ready");
    await waitFor(() => expect(screen.getByTestId("documents-count").textContent).not.toMatch(/5.000/));
    const count = Number(/\d+/.exec(screen.getByTestId("documents-count").textContent ?? "")?.[0]);
    await user.click(screen.getByTestId("select-all"));
    expect((await screen.findByTestId("sign-marked")).textContent).toBe(`Подписать ${count}`);
  });

  it("sends the clear ones and leaves a choice of services to the user", async () => {
    const fake = new FakeHost();
    const { user } = await list(fake);
    await user.click(screen.getByTestId("select-doc-0004"));
    await user.click(screen.getByTestId("send-marked"));
    await user.click(await screen.findByTestId("batch-confirm"));
    expect(await screen.findByText("В очереди на отправку")).toBeTruthy();
    expect(fake.called("send_document")[0]?.args).toEqual({ id: "doc-0004", service: "10000000374" });
  });
});

const few = () => new FakeHost(readyState(), 60);
const typed = async (what: string, fake = few()) => {
  const opened = await list(fake);
  await opened.user.type(screen.getByTestId("documents-search"), what);
  return opened;
};

describe("searching", () => {
  it("asks one thing at a time, and what was typed over is never asked", async () => {
    const fake = few();
    const { user } = await list(fake);
    let release = () => {};
    const held = new Promise<void>((done) => (release = done));
    fake.on("documents", async () => {
      await held;
      return { rows: fake.documents.slice(0, 2), total: 2, more: false, unread: 0 };
    });
    const asked = () => fake.called("documents").map((call) => (call.args as { query: { text: string } }).query.text).filter(Boolean);
    const field = screen.getByTestId("documents-search");
    await user.type(field, "п");
    await waitFor(() => expect(asked()).toEqual(["п"]));
    for (const letters of ["о", "л", "юс"]) {
      await user.type(field, letters);
      await new Promise((done) => setTimeout(done, 300));
    }
    expect(asked()).toEqual(["п"]);
    release();
    await waitFor(() => expect(asked().at(-1)).toBe("полюс"));
    expect(asked()).not.toContain("по");
  });

  it("marks the words in titles", async () => {
    await typed("полюс");
    const mark = await waitFor(() => {
      const found = document.querySelector('[data-testid="documents"] mark');
      if (!found) throw new Error("no mark yet");
      return found;
    });
    expect(mark.textContent?.toLowerCase()).toBe("полюс");
  });

  it("shows where in the text the words stand when the title has not got them", async () => {
    const { fake } = await typed("двигат");
    const passage = await screen.findByTestId("passage-doc-0007");
    expect(passage.textContent).toBe("Основание: Поставка электродвигателей АИР80 по спецификации № 3, всего 1 234,50…");
    expect(passage.querySelector("mark")?.textContent).toBe("двигат");
    const asked = fake.called("passages").map((call) => (call.args as { documents: string[] }).documents.length);
    expect(Math.max(...asked)).toBeLessThanOrEqual(40);
  });

  it("keeps the space that ends a word and sends none before the first", async () => {
    const { fake } = await typed("  акт ");
    await waitFor(() => expect(lastQuery(fake)).toMatchObject({ text: "акт " }));
  });

  it("counts to a thousand and says so; everything at once cannot be marked then", async () => {
    const fake = few();
    fake.on("documents", ({ query }: { query: { offset: number } }) => ({
      rows: fake.documents.slice(query.offset, query.offset + 200), total: Math.max(1000, query.offset + 201), more: true, unread: 0,
    }));
    await list(fake);
    expect(screen.getByTestId("documents-count").textContent).toMatch(/^Больше 1.000 документов$/);
    expect((screen.getByTestId("select-all") as HTMLInputElement).disabled).toBe(true);
  });

  it("says that texts are still being read", async () => {
    const fake = few();
    fake.on("documents", () => ({ rows: fake.documents.slice(0, 1), total: 1, more: false, unread: 12 }));
    await list(fake);
    expect(screen.getByTestId("unread").textContent).toBe("Содержание ещё 12 документов читается: поиск по нему пока неполон.");
  });

  it("of nothing tells what to do and names the filters as a reason", async () => {
    const { user } = await typed("нет такого");
    const empty = await screen.findByTestId("empty");
    expect(empty.textContent).toMatch(/меньше слов/);
    expect(empty.textContent).not.toMatch(/фильтрами/);
    await user.selectOptions(screen.getByTestId("documents-stage"), "refused");
    await waitFor(() => expect(screen.getByTestId("empty").textContent).toMatch(/скрыт фильтрами/));
  });

  it("leads from the field into the list with the arrow, and Escape empties it", async () => {
    const { user } = await typed("полюс");
    await waitFor(() => expect(screen.getByTestId("documents-count").textContent).not.toMatch(/^60/));
    await user.keyboard("{ArrowDown}");
    await waitFor(() => expect(document.activeElement?.getAttribute("data-index")).toBe("0"));
    await user.click(screen.getByTestId("documents-search"));
    await user.keyboard("{Escape}");
    expect((screen.getByTestId("documents-search") as HTMLInputElement).value).toBe("");
  });
});

describe("the order", () => {
  it("follows the heads of columns: one way, the other way, as it was", async () => {
    const { fake, user } = await list(few());
    const head = () => screen.getByTestId("sort-title").closest('[role="columnheader"]');
    for (const [order, sorted] of [["title", "ascending"], ["title-backwards", "descending"], ["added-newest", null]] as const) {
      await user.click(screen.getByTestId("sort-title"));
      await waitFor(() => expect(lastQuery(fake)).toMatchObject({ order }));
      await waitFor(() => expect(head()?.getAttribute("aria-sort")).toBe(sorted));
    }
    await user.click(await screen.findByTestId("sort-updated"));
    await waitFor(() => expect(lastQuery(fake)).toMatchObject({ order: "updated-newest" }));
  });
});

describe("filters", () => {
  it("narrow by kind, signature and period, stand as chips and can be taken off one by one", async () => {
    const { fake, user } = await list(few());
    await user.click(screen.getByTestId("filters"));
    await user.click(await screen.findByTestId("kind-fns.on_aktsverotp"));
    await user.click(within(screen.getByTestId("documents-signed")).getByText("Подписан"));
    const from = screen.getByTestId("documents-added-from");
    await user.type(from, "2020-02-01");
    await waitFor(() => expect(lastQuery(fake)).toMatchObject({ formats: ["fns.on_aktsverotp"], signed: true, added: { from: "2020-02-01", to: null } }));
    const chips = await screen.findByTestId("chips");
    await waitFor(() => expect(within(chips).getByText("Акт сверки взаимных расчётов")).toBeTruthy());
    expect(within(chips).getAllByRole("listitem", { hidden: true }).length).toBe(3);
    await user.click(within(chips).getByRole("button", { name: "Убрать фильтр «Подписан»", hidden: true }));
    await waitFor(() => expect(lastQuery(fake)).toMatchObject({ formats: ["fns.on_aktsverotp"], signed: null }));
  });
});

describe("saved searches", () => {
  it("are saved under a name, chosen, renamed and deleted", async () => {
    const { fake, user } = await typed("полюс");
    await user.selectOptions(screen.getByTestId("documents-stage"), "refused");
    await user.click(screen.getByTestId("saved-searches"));
    await user.click(await screen.findByTestId("save-search"));
    const name = await screen.findByTestId("search-name");
    await user.clear(name);
    await user.type(name, "Отказы Полюса");
    await user.click(screen.getByTestId("search-name-confirm"));
    await waitFor(() => expect(fake.savedSearches[0]).toMatchObject({ name: "Отказы Полюса", query: { text: "полюс", stages: ["refused"], offset: 0, limit: 0 } }));

    await user.clear(screen.getByTestId("documents-search"));
    await user.selectOptions(screen.getByTestId("documents-stage"), "");
    await waitFor(() => expect(lastQuery(fake)).toMatchObject({ text: "", stages: [] }));
    await user.click(screen.getByTestId("saved-searches"));
    await user.click(await screen.findByTestId("saved-search-1"));
    await waitFor(() => expect(lastQuery(fake)).toMatchObject({ text: "полюс", stages: ["refused"] }));

    await user.click(screen.getByTestId("saved-searches"));
    await user.click(await screen.findByRole("button", { name: "Переименовать «Отказы Полюса»" }));
    await user.type(await screen.findByTestId("search-name"), " 2");
    await user.keyboard("{Enter}");
    await waitFor(() => expect(fake.savedSearches.map((one) => one.name)).toEqual(["Отказы Полюса 2"]));

    await user.click(screen.getByTestId("saved-searches"));
    await user.click(await screen.findByRole("button", { name: "Удалить «Отказы Полюса 2»" }));
    await user.click(await screen.findByTestId("search-delete-confirm"));
    await waitFor(() => expect(fake.savedSearches).toEqual([]));
  });

  it("with a name that is taken are explained, and the name stays", async () => {
    const fake = few().fail("save_search", uiError("app.search-name-taken", { name: "Акты" }));
    const { user } = await list(fake);
    await user.click(screen.getByTestId("saved-searches"));
    await user.click(await screen.findByTestId("save-search"));
    await user.type(await screen.findByTestId("search-name"), "Акты");
    await user.click(screen.getByTestId("search-name-confirm"));
    expect(await screen.findByText(text("errors.app.search-name-taken.why", { name: "Акты" }))).toBeTruthy();
    expect((screen.getByTestId("search-name") as HTMLInputElement).value).toBe("Акты");
  });
});

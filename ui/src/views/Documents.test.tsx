import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { FakeHost, uiError } from "../testing/fakeHost";
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
    const { user } = await list();
    await user.type(screen.getByTestId("documents-search"), "нет такого");
    expect(await screen.findByText("Ничего не нашлось")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Показать все" }));
    expect(await screen.findByTestId("documents")).toBeTruthy();
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
    fake.on("documents", () => ({ rows: fake.documents.slice(0, 3), total: 3 }));
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

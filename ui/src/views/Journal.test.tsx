/** The journal: long, narrowed, checked, broken, written out. */
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JournalQuery } from "../bindings";
import { broken, demoJournal, intact, without } from "../testing/demoJournal";
import { FakeHost, uiError } from "../testing/fakeHost";
import { openApp } from "../testing/render";
import { text } from "../testing/texts";

const open = (fake = new FakeHost()) => openApp(fake, "/journal");
const queries = (fake: FakeHost) => fake.called("journal").map((call) => (call.args as { query: JournalQuery }).query);
const search = (words: string) => fireEvent.change(screen.getByTestId("journal-search"), { target: { value: words } });
const count = () => screen.getByTestId("journal-count").textContent;

describe("the list", () => {
  it("shows entries in words and draws only what is in sight", async () => {
    await open();
    expect((await screen.findByTestId("row-1204")).textContent).toContain("Получен ответ ведомства");
    expect(screen.getByTestId("journal").getAttribute("aria-rowcount")).toBe("1205");
    expect(count()).toMatch(/^1.204 записи$/);
    expect(screen.queryByTestId("row-2")).toBeNull();
  });

  it("that is empty says what will be here", async () => {
    const fake = new FakeHost();
    fake.journal = [];
    await open(fake);
    expect(await screen.findByText(text("ui.journal.empty.title"))).toBeTruthy();
    expect(screen.queryByTestId("journal-reset")).toBeNull();
  });

  it("that cannot be read says so and is asked for again", async () => {
    const { fake, user } = await open(new FakeHost().fail("journal", uiError("app.io", {}, true)));
    const error = await screen.findByTestId("error");
    fake.on("journal", () => ({ rows: demoJournal(3), total: 3, searched: null }));
    await user.click(within(error).getByRole("button", { name: text("ui.error.retry") }));
    expect(await screen.findByTestId("row-3")).toBeTruthy();
  });
});

describe("the filter", () => {
  it("narrows by topic, person, days and words, all at once, and counts what is left", async () => {
    const { fake, user } = await open();
    await screen.findByTestId("row-1204");
    await user.click(screen.getByTestId("journal-filters"));
    await user.selectOptions(await screen.findByTestId("journal-topic"), "sending");
    await waitFor(() => expect(within(screen.getByTestId("journal-actor")).getAllByRole("option")).toHaveLength(3));
    await user.selectOptions(screen.getByTestId("journal-actor"), within(screen.getByTestId("journal-actor")).getAllByRole("option")[2]!);
    fireEvent.change(screen.getByTestId("journal-period-from"), { target: { value: "2020-01-01" } });
    search("получен 520133");
    const last = () => queries(fake).at(-1);
    await waitFor(() => expect(last()?.text).toBe("получен 520133"));
    expect(last()).toEqual({
      topic: "sending", actor: fake.journal[0]?.actor, period: { from: "2020-01-01", to: null }, text: "получен 520133", offset: 0, limit: 200,
    });
    await waitFor(() => expect(count()).toBe("134 записи"));
    expect(screen.getAllByTestId(/^row-/).every((row) => row.textContent?.includes("Получен ответ"))).toBe(true);
    expect(within(screen.getByTestId("journal-chips")).getAllByRole("listitem")).toHaveLength(3);
  });

  it("knows the program from anybody", async () => {
    const { fake, user } = await open();
    await user.click(screen.getByTestId("journal-filters"));
    await user.selectOptions(await screen.findByTestId("journal-actor"), await screen.findByRole("option", { name: text("ui.journal.program") }));
    await waitFor(() => expect(queries(fake).at(-1)?.actor).toBe(""));
    await user.selectOptions(screen.getByTestId("journal-actor"), "");
    await waitFor(() => expect(queries(fake).at(-1)?.actor).toBeNull());
  });

  it("without hits says so and is taken off at once", async () => {
    const { user } = await open();
    search("такого нет");
    await screen.findByText(text("ui.journal.notFound.title"));
    await user.click(screen.getByTestId("journal-reset"));
    expect(await screen.findByTestId("row-1204")).toBeTruthy();
    expect(screen.getByTestId("journal-search")).toHaveProperty("value", "");
  });

  it("is still there after another screen, and forgotten when the program was locked", async () => {
    const { fake, user } = await open();
    search("вход");
    await waitFor(() => expect(count()).toMatch(/^13\d /));
    await user.click(screen.getByTestId("nav-outbox"));
    await screen.findByTestId("submission-sub-1");
    await user.click(screen.getByTestId("nav-journal"));
    expect(await screen.findByTestId("journal-search")).toHaveProperty("value", "вход");
    await waitFor(() => expect(count()).toMatch(/^13\d /));
    fake.change({ phase: "locked", session: null });
    await act(() => fake.emit("state-changed", fake.state));
    await waitFor(() => expect(screen.queryByTestId("journal-search")).toBeNull());
    fake.change({ phase: "ready" });
    await act(() => fake.emit("state-changed", fake.state));
    expect(await screen.findByTestId("journal-search")).toHaveProperty("value", "");
  });

  it("says how far words were looked for", async () => {
    const since = "2025-04-03T10:00:00Z";
    const fake = new FakeHost().on("journal", () => ({ rows: demoJournal(2), total: 2, searched: { entries: 50_000, since } }));
    await open(fake);
    await screen.findByTestId("row-2");
    expect(screen.queryByTestId("journal-searched")).toBeNull();
    search("вход");
    expect((await screen.findByTestId("journal-searched")).textContent).toMatch(/50.000 последних записях, с 03\.04\.2025/);
  });
});

describe("the check", () => {
  // Nothing is laid out here, so that nothing could be scrolled.
  const height = Object.getOwnPropertyDescriptor(Element.prototype, "scrollHeight");
  beforeEach(() => {
    Object.defineProperty(Element.prototype, "scrollHeight", { configurable: true, get: () => 100_000 });
  });
  afterEach(() => {
    if (height) Object.defineProperty(Element.prototype, "scrollHeight", height);
  });

  it("says how many entries and checkpoints hold, and by which key", async () => {
    const { user } = await open();
    await user.click(screen.getByTestId("verify-journal"));
    const result = await screen.findByTestId("journal-intact");
    expect(result.textContent).toMatch(/1.204 записи/);
    expect(result.textContent).toContain("72 контрольные точки, последняя на записи № 1200");
    expect(result.textContent).toContain(intact(1).publicKey);
    expect(screen.queryByText(text("ui.journal.doubt.unproven"))).toBeNull();
  });

  it("opens the list at the broken entry, marks it, and proves nothing behind it", async () => {
    const fake = new FakeHost().on("verify_journal", () => broken(1204, 977));
    const { user } = await open(fake);
    search("вход");
    await waitFor(() => expect(count()).toMatch(/^13\d /));
    await user.click(screen.getByTestId("verify-journal"));
    const result = await screen.findByTestId("journal-broken");
    expect(result.textContent).toContain(text("ui.journal.fault.altered.what", { seq: 977 }));
    expect(result.textContent).toContain(text("ui.journal.proven", { seq: 976 }));
    expect(result.textContent).toContain(text("ui.journal.brokenTodo"));
    // The filter would hide it.
    expect(screen.getByTestId("journal-search")).toHaveProperty("value", "");
    const row = await screen.findByTestId("row-977");
    expect(row.dataset.tone).toBe("bad");
    expect(row.textContent).toContain(text("ui.journal.doubt.broken"));
    expect(screen.getByTestId("row-978").textContent).toContain(text("ui.journal.doubt.unproven"));
    expect(screen.getByTestId("row-976").textContent).not.toContain(text("ui.journal.doubt.unproven"));
    expect(screen.queryByTestId("row-1204")).toBeNull();
  });

  it("shows the place of an entry that is gone", async () => {
    const fake = new FakeHost().on("verify_journal", () => broken(1204, 977, "missing"));
    fake.journal = without(fake.journal, 977);
    const { user } = await open(fake);
    await user.click(await screen.findByTestId("verify-journal"));
    const row = await screen.findByTestId("row-977");
    expect(row.textContent).toContain(text("ui.journal.missing", { seq: 977 }));
    expect(row.textContent).not.toContain(text("ui.journal.program"));
  });

  it("shows the end of the list when what is missing lies behind it", async () => {
    const { user } = await open(new FakeHost().on("verify_journal", () => broken(1204, 1205, "truncated", 0)));
    await user.click(screen.getByTestId("verify-journal"));
    const result = await screen.findByTestId("journal-broken");
    expect(result.textContent).toContain(text("ui.journal.fault.truncated.what", { seq: 1205 }));
    expect(result.textContent).toContain(text("ui.journal.provenNone"));
    expect((await screen.findByTestId("row-1204")).dataset.tone).toBe("warn");
  });

  it("that cannot be made is explained", async () => {
    const { user } = await open(new FakeHost().fail("verify_journal", uiError("store.damaged")));
    await user.click(screen.getByTestId("verify-journal"));
    expect((await screen.findByTestId("error")).textContent).toContain(text("errors.store.damaged.what"));
    expect(screen.getByTestId("row-1204")).toBeTruthy();
  });
});

describe("the export", () => {
  it("offers what is shown only where that is less than everything, and JSON of everything", async () => {
    const { fake, user } = await open();
    await user.click(await screen.findByTestId("journal-export"));
    await screen.findByTestId("journal-export-all-json");
    expect(screen.queryByTestId("journal-export-shown-pdf")).toBeNull();
    await user.keyboard("{Escape}");
    search("вход");
    await waitFor(() => expect(count()).toMatch(/^13\d /));
    await user.click(screen.getByTestId("journal-export"));
    await user.click(await screen.findByTestId("journal-export-shown-pdf"));
    expect((await screen.findByTestId("journal-exported")).textContent).toMatch(/1.204 записи/);
    expect(fake.called("export_journal")[0]?.args).toMatchObject({ form: "pdf", query: { text: "вход" } });
    expect(screen.queryByText(intact(1).publicKey)).toBeNull();
    await user.click(screen.getByTestId("journal-export"));
    await user.click(await screen.findByTestId("journal-export-all-json"));
    await waitFor(() => expect(fake.called("export_journal")[1]?.args).toMatchObject({ form: "json", query: { text: "", topic: null } }));
    expect(await screen.findByText(intact(1).publicKey)).toBeTruthy();
  });

  it("that was cancelled leaves no word, and one that failed is explained", async () => {
    const fake = new FakeHost().on("export_journal", () => null);
    const { user } = await open(fake);
    const csv = async () => {
      await user.click(await screen.findByTestId("journal-export"));
      await user.click(await screen.findByTestId("journal-export-all-csv"));
    };
    await csv();
    await waitFor(() => expect(fake.called("export_journal")).toHaveLength(1));
    expect(screen.queryByTestId("journal-exported")).toBeNull();
    fake.fail("export_journal", uiError("app.journal-too-long", { entries: "30000", limit: "20000" }));
    await csv();
    expect((await screen.findByTestId("error")).textContent).toContain("30000");
  });
});

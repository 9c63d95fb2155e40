import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { carryOver } from "../features/drafts/useDraft";
import { nextRow } from "../features/drafts/names";
import { filled } from "../testing/fakeDrafts";
import { FakeHost, uiError } from "../testing/fakeHost";
import { openApp } from "../testing/render";
import { text } from "../testing/texts";

const openDraft = async (fake = new FakeHost(), id?: string) => {
  const draft = id ?? fake.drafts.add({ ...filled }).id;
  const opened = await openApp(fake, `/drafts/${draft}`);
  await screen.findByTestId("field-number");
  return { ...opened, id: draft };
};
const field = (name: string) => screen.getByTestId<HTMLInputElement>(`field-${name}`);
const saves = (fake: FakeHost) => fake.called("save_draft").map((call) => call.args as { seen: number; fields: Record<string, string> });
const isSaved = () => waitFor(() => expect(screen.getByTestId("saving").dataset.saving).toBe("saved"), { timeout: 3000 });

describe("typing", () => {
  it("is saved at a pause, once, with the version it began with", async () => {
    const { fake, id } = await openDraft();
    for (const value of ["2", "21"]) fireEvent.change(field("number"), { target: { value } });
    expect(screen.getByTestId("saving").dataset.saving).toBe("typing");
    await isSaved();
    expect(saves(fake)).toEqual([{ id, seen: 1, fields: expect.objectContaining({ number: "21" }) }]);
    expect(fake.drafts.view(id).fields.number).toBe("21");
  });

  it("without a pause is saved within a second all the same", async () => {
    const { fake } = await openDraft();
    for (let typed = 1; typed <= 14; typed += 1) {
      fireEvent.change(field("signer.position"), { target: { value: "и".repeat(typed) } });
      await new Promise((done) => setTimeout(done, 100));
    }
    expect(saves(fake).length).toBeGreaterThan(0);
    await isSaved();
  });

  it("that cannot be saved stays in the form, is told, and is tried again", async () => {
    const { fake, user, id } = await openDraft();
    fake.fail("save_draft", uiError("store.full", {}, true));
    fireEvent.change(field("number"), { target: { value: "22" } });
    expect((await screen.findByTestId("error-what", undefined, { timeout: 3000 })).textContent).toBe(text("errors.store.full.what"));
    expect(screen.getByTestId("saving").textContent).toBe(text("ui.drafts.unsaved"));
    expect(field("number").value).toBe("22");
    fake.on("save_draft", ({ seen, fields }: { seen: number; fields: Record<string, string> }) => fake.drafts.save(id, seen, fields));
    await user.click(screen.getByTestId("error-retry"));
    await isSaved();
    expect(fake.drafts.view(id).fields.number).toBe("22");
  });

  it("is saved before the program locks", async () => {
    const { fake, user, id } = await openDraft();
    await user.type(field("number"), "7");
    await user.keyboard("{Control>}l{/Control}");
    await waitFor(() => expect(fake.called("lock").length).toBe(1));
    expect(fake.drafts.view(id).fields.number).toBe("157");
    expect(fake.calls.findIndex((call) => call.command === "save_draft")).toBeLessThan(fake.calls.findIndex((call) => call.command === "lock"));
  });

  it("while a save is under way is not lost and goes with the next", async () => {
    const { fake, user, id } = await openDraft();
    let release = () => {};
    const held = new Promise<void>((done) => { release = done; });
    fake.on("save_draft", async ({ seen, fields }: { seen: number; fields: Record<string, string> }) => {
      await held;
      return fake.drafts.save(id, seen, fields);
    });
    await user.type(field("number"), "1");
    await waitFor(() => expect(saves(fake).length).toBe(1), { timeout: 2000 });
    await user.type(field("contract.number"), "-бис");
    release();
    await isSaved();
    expect(fake.drafts.view(id).fields).toMatchObject({ number: "151", "contract.number": "Д-7/2024-бис" });
  });

  it("meets what was changed elsewhere without losing either", async () => {
    const { fake, user, id } = await openDraft();
    fake.drafts.save(id, 1, { ...filled, number: "99", "signer.position": "Директор" }, "Вера Полевая");
    await user.type(field("number"), "0");
    await user.type(field("recipient.phone"), "112");
    await isSaved();
    expect(fake.drafts.view(id).fields).toMatchObject({ number: "150", "signer.position": "Директор", "recipient.phone": "112" });
    const conflict = await screen.findByTestId("conflict-number");
    expect(conflict.textContent).toContain("99");
    expect(screen.getByTestId<HTMLButtonElement>("make-document").disabled).toBe(true);
    await user.click(within(conflict).getByTestId("take-theirs-number"));
    await waitFor(() => expect(screen.queryByTestId("conflict-number")).toBeNull());
    expect(field("number").value).toBe("99");
    expect(screen.getByTestId<HTMLButtonElement>("make-document").disabled).toBe(false);
  });

  it("carries over only what was typed", () => {
    expect(carryOver({ a: "1", b: "9" }, { a: "1", b: "2" }, { a: "1", b: "3", c: "4" })).toEqual({ a: "1", b: "3", c: "4" });
    expect(carryOver({ a: "1" }, { a: "1" }, {})).toEqual({ a: "" });
  });
});

describe("the form", () => {
  it("asks an entrepreneur other questions than an organisation", async () => {
    const { user } = await openDraft();
    expect(screen.queryByTestId("field-recipient.surname")).toBeNull();
    await user.selectOptions(field("recipient.kind"), "entrepreneur");
    expect(await screen.findByTestId("field-recipient.surname")).toBeTruthy();
    expect(screen.queryByTestId("field-recipient.kpp")).toBeNull();
  });

  it("says what is wrong where the user has been, and everything once the document is wanted", async () => {
    const fake = new FakeHost();
    const draft = fake.drafts.add({ "sender.kind": "organisation", "recipient.kind": "organisation", currency: "643" });
    const { user } = await openDraft(fake, draft.id);
    expect(screen.queryByText(text("findings.form.required"))).toBeNull();
    await user.click(field("number"));
    await user.tab();
    expect(await screen.findByText(text("findings.form.required"))).toBeTruthy();
    await user.click(screen.getByTestId("make-document"));
    await waitFor(() => expect(screen.getAllByText(text("findings.form.required")).length).toBeGreaterThan(5));
    expect(screen.getByText(text("findings.form.rows"))).toBeTruthy();
    expect(document.activeElement).toBe(field("number"));
    // What is mended is not complained of any more.
    await user.click(screen.getByTestId("add-operations"));
    await user.keyboard("Акт");
    await isSaved();
    await waitFor(() => expect(screen.queryByText(text("findings.form.rows"))).toBeNull());
  });

  it("adds, repeats and removes rows", async () => {
    const { fake, user, id } = await openDraft();
    const table = screen.getByTestId("table-operations");
    expect(within(table).getAllByTestId(/^row-/).length).toBe(3);
    await user.click(screen.getByTestId("add-operations"));
    expect(document.activeElement?.getAttribute("data-field")).toMatch(/^operations\/00000400-[0-9a-f]{4}\/document$/);
    await user.keyboard("Акт");
    await isSaved();
    expect(Object.entries(fake.drafts.view(id).fields).some(([name, value]) => name.startsWith("operations/00000400-") && value === "Акт")).toBe(true);
    await user.click(screen.getByTestId("remove-row-2"));
    await isSaved();
    expect(Object.keys(fake.drafts.view(id).fields).some((name) => name.startsWith("operations/00000200"))).toBe(false);
    expect(within(table).getAllByTestId(/^row-/).length).toBe(3);
  });

  it("gives rows names nobody else gives", () => {
    const rows = Array.from({ length: 50 }, () => nextRow(["00000100-aaaa", "00000300-bbbb"]));
    expect(new Set(rows).size).toBeGreaterThan(45);
    expect(rows.every((row) => row.startsWith("00000400-"))).toBe(true);
    expect(nextRow([])).toMatch(/^00000100-/);
  });

  it("of a whole draft becomes a document", async () => {
    const { fake, user } = await openDraft();
    await user.click(screen.getByTestId("make-document"));
    await waitFor(() => expect(window.location.hash).toBe("#/documents/doc-0002"));
    expect(fake.called("file_draft").length).toBe(1);
  });
});

describe("versions", () => {
  it("show who changed what, compare with the present, and can be put back", async () => {
    const { fake, user, id } = await openDraft();
    await act(async () => {
      fake.drafts.save(id, 1, { ...filled, number: "99" }, "Вера Полевая");
      await fake.emit("drafts-changed", null);
    });
    await user.click(await screen.findByTestId("open-history"));
    const history = await screen.findByTestId("draft-history");
    const changed = await within(history).findByTestId("version-2");
    expect(changed.textContent).toContain("Вера Полевая");
    expect(within(changed).getByTestId("change-number").textContent).toContain("Акт: Номер акта");
    await user.click(within(history).getByTestId("compare-1"));
    const comparison = await within(history).findByTestId("comparison");
    expect(comparison.textContent).toContain("9915");
    await user.click(await within(comparison).findByTestId("restore-version"));
    await waitFor(() => expect(field("number").value).toBe("15"));
    expect(fake.drafts.view(id).revision).toBe(3);
  });
});

describe("a long history", () => {
  it("is shown to its beginning, portion by portion", async () => {
    const fake = new FakeHost();
    const draft = fake.drafts.add({ ...filled });
    for (let revision = 1; revision <= 600; revision += 1) fake.drafts.save(draft.id, revision, { ...filled, number: String(revision) });
    const { user } = await openDraft(fake, draft.id);
    await user.click(screen.getByTestId("open-history"));
    await screen.findByTestId("versions");
    expect(fake.called("draft_history").at(-1)?.args).toMatchObject({ offset: 0, limit: 500 });
    await user.click(await screen.findByTestId("more-versions"));
    await waitFor(() => expect(screen.queryByTestId("more-versions")).toBeNull());
    expect(fake.called("draft_history").at(-1)?.args).toMatchObject({ offset: 0, limit: 1000 });
  });
});

describe("news from the host", () => {
  it("that are older than what was saved meanwhile are not taken", async () => {
    const { fake, id } = await openDraft();
    const old = fake.drafts.view(id);
    let release = () => {};
    const held = new Promise<void>((done) => { release = done; });
    fake.on("draft", async () => {
      await held;
      return old;
    });
    await act(async () => { await fake.emit("drafts-changed", null); });
    fireEvent.change(field("number"), { target: { value: "77" } });
    await waitFor(() => expect(fake.drafts.view(id).fields.number).toBe("77"), { timeout: 3000 });
    await isSaved();
    await act(async () => { release(); await held; });
    expect(field("number").value).toBe("77");
    fireEvent.change(field("signer.position"), { target: { value: "Директор" } });
    await waitFor(() => expect(fake.drafts.view(id).fields["signer.position"]).toBe("Директор"), { timeout: 3000 });
    expect(fake.drafts.view(id).fields.number).toBe("77");
    expect(fake.drafts.view(id).conflicts).toEqual([]);
  });
});

describe("the list", () => {
  it("shows more where there is more", async () => {
    const fake = new FakeHost();
    fake.drafts.add({ ...filled });
    fake.on("drafts", ({ limit }: { limit: number }) => ({ rows: fake.drafts.list("open"), more: limit < 200 }));
    const { user } = await openApp(fake, "/drafts");
    await user.click(await screen.findByTestId("more-drafts"));
    await waitFor(() => expect(screen.queryByTestId("more-drafts")).toBeNull());
    expect(fake.called("drafts").some((call) => (call.args as { limit: number }).limit === 200)).toBe(true);
  });

  it("tells what is left to do, and begins a new draft", async () => {
    const fake = new FakeHost();
    fake.drafts.add({ ...filled });
    fake.drafts.add({ number: "2" });
    const { user } = await openApp(fake, "/drafts");
    const whole = await screen.findByTestId("draft-draft-1");
    expect(whole.textContent).toContain(text("ui.drafts.whole"));
    expect(screen.getByTestId("draft-draft-2").textContent).toContain("Осталось");
    await user.click(screen.getByTestId("new-draft"));
    await user.click(await screen.findByTestId("form-fns.on_aktsverotp"));
    await waitFor(() => expect(window.location.hash).toBe("#/drafts/draft-3"));
  });

  it("throws away, takes back, and erases only when asked again", async () => {
    const fake = new FakeHost();
    fake.drafts.add({ ...filled });
    const { user } = await openApp(fake, "/drafts");
    await user.click(await screen.findByTestId("more-draft-1"));
    await user.click(await screen.findByTestId("remove-draft-1"));
    expect(await screen.findByText(text("ui.drafts.empty.open.title"))).toBeTruthy();
    await user.click(screen.getByText(text("ui.drafts.shelves.removed")));
    await user.click(await screen.findByTestId("more-draft-1"));
    await user.click(await screen.findByTestId("erase-draft-1"));
    expect(fake.called("erase_draft").length).toBe(0);
    await user.click(await screen.findByTestId("erase-confirm"));
    expect(await screen.findByText(text("ui.drafts.empty.removed.title"))).toBeTruthy();
  });
});

describe("a counterparty", () => {
  it("is found by ИНН among those that are known, and fills its fields; nothing of another stays", async () => {
    const { fake, user } = await openDraft();
    expect((field("recipient.kpp") as HTMLInputElement).value).toBe("990001001");
    const picker = await screen.findByTestId("counterparty");
    await user.click(picker);
    fireEvent.change(picker, { target: { value: "92045" } });
    await user.click(await screen.findByText(/Вымысел/));
    await waitFor(() => expect((field("recipient.name") as HTMLInputElement).value).toBe("ООО «Вымысел»"));
    await waitFor(() => expect(saves(fake).at(-1)?.fields).toMatchObject({ "recipient.inn": "9204563745", "recipient.kpp": "920401001" }));
    expect(saves(fake).at(-1)?.fields["recipient.ogrn"] ?? "").toBe("");
  });

  it("is offered nowhere while none is known", async () => {
    const fake = new FakeHost();
    fake.drafts.counterparties = [];
    await openDraft(fake);
    await waitFor(() => expect(fake.called("counterparties")).toHaveLength(1));
    expect(screen.queryByTestId("counterparty")).toBeNull();
  });
});

describe("handing over", () => {
  const address = `age1${"p".repeat(58)}`;

  it("goes to a colleague whose address is remembered, after the last word was saved", async () => {
    const { fake, user } = await openDraft();
    fireEvent.change(field("number"), { target: { value: "33" } });
    await user.click(screen.getByTestId("draft-more"));
    await user.click(await screen.findByTestId("hand-over-draft"));
    const dialog = await screen.findByTestId("hand-over");
    expect(saves(fake).at(-1)?.fields.number).toBe("33");
    expect((await within(dialog).findByTestId("own-address")).textContent).toMatch(/^age1/);
    await user.click(within(dialog).getByTestId("add-colleague"));
    fireEvent.change(await within(dialog).findByTestId("colleague-name"), { target: { value: "Вера Полевая" } });
    fireEvent.change(within(dialog).getByTestId("colleague-address"), { target: { value: "age1nonsense" } });
    await user.click(within(dialog).getByTestId("colleague-save"));
    expect((await within(dialog).findByTestId("error-what")).textContent).toBe(text("errors.age.not-recipient.what"));
    fireEvent.change(within(dialog).getByTestId("colleague-address"), { target: { value: address } });
    await user.click(within(dialog).getByTestId("colleague-save"));
    await user.click(await within(dialog).findByTestId("hand-over-confirm"));
    expect(await within(dialog).findByTestId("handed-over")).toBeTruthy();
    expect(fake.called("hand_over")[0]?.args).toMatchObject({ how: { address, name: fake.drafts.colleagues.ownName } });
  });

  it("brings a file from a colleague straight to its draft", async () => {
    const fake = new FakeHost();
    const draft = fake.drafts.add({ ...filled });
    fake.imports = [{ name: "Акт.kabinet", documentId: null, draftId: draft.id, duplicateOf: null, signatures: 0, renewed: false, letter: null, error: null, problems: [] }];
    const { user } = await openApp(fake, "/documents");
    await user.click(await screen.findByTestId("open-files"));
    expect(await screen.findByTestId("field-number")).toBeTruthy();
  });
});

describe("drafts elsewhere", () => {
  it("stand on the first screen with what is left to do", async () => {
    const fake = new FakeHost();
    fake.drafts.add({ ...filled });
    await openApp(fake);
    expect((await screen.findByTestId("recent-drafts")).textContent).toContain(text("ui.drafts.whole"));
  });

  it("are made of a document whose form there is", async () => {
    const fake = new FakeHost();
    fake.documents = fake.documents.map((row) => ({ ...row, format: "fns.on_aktsverotp" }));
    const { user } = await openApp(fake, "/documents/doc-0002");
    await user.click(await screen.findByTestId("edit-as-draft"));
    expect(await screen.findByTestId("field-number")).toBeTruthy();
  });
});

describe("the preview", () => {
  it("shows what is on the screen as the authority will read it, and what is still missing", async () => {
    const { fake, user } = await openDraft();
    fireEvent.change(field("number"), { target: { value: "77/К" } });
    fireEvent.change(field("signer.surname"), { target: { value: "" } });
    await user.click(screen.getByTestId("open-preview"));
    const readable = within(await screen.findByTestId("readable"));
    // What was typed a moment ago is saved first, so it is what is read.
    expect(readable.getByText("77/К")).toBeTruthy();
    expect(screen.getByTestId("preview-left").textContent).toBe(text("ui.drafts.preview.left", { count: 1 }));
    expect(fake.called("file_draft").length).toBe(0);
  });

  it("says why there is nothing to show, and what went wrong", async () => {
    const fake = new FakeHost();
    const draft = fake.drafts.add({ currency: "643" });
    const { user } = await openDraft(fake, draft.id);
    await user.click(screen.getByTestId("open-preview"));
    expect((await screen.findByTestId("empty")).textContent).toContain(text("ui.drafts.preview.none"));
  });
});

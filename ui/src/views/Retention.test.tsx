import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { FakeHost, uiError } from "../testing/fakeHost";
import { openApp } from "../testing/render";
import { demoProblems } from "../testing/fakeRetention";
import { text } from "../testing/texts";

const openTab = async (id: string, fake = new FakeHost(undefined, 60)) => {
  const opened = await openApp(fake, `/documents/${id}`);
  await opened.user.click(await screen.findByTestId("tab-retention"));
  await screen.findByTestId("retention");
  return { ...opened, fake };
};

describe("the term of a document", () => {
  it("is shown with its class, its end and the law behind it", async () => {
    await openTab("doc-0012");
    const shown = screen.getByTestId("retention").textContent ?? "";
    expect(shown).toContain("Первичные и бухгалтерские документы");
    expect(shown).toContain(text("ui.retention.ended", { until: "01.01.2025" }));
    expect(shown).toContain("402-ФЗ, ст. 29");
  });

  it("changes with the class that is chosen, and back", async () => {
    const { user, fake } = await openTab("doc-0012");
    await user.selectOptions(screen.getByTestId("retention-class"), "staff");
    await waitFor(() => expect(screen.getByTestId("retention").textContent).toContain(text("ui.retention.years", { count: 50 })));
    await user.selectOptions(screen.getByTestId("retention-class"), "");
    await waitFor(() => expect(fake.retention.chosen.size).toBe(0));
  });

  it("is of no account while the document is held", async () => {
    const { user, fake } = await openTab("doc-0012");
    const hold = screen.getByTestId<HTMLButtonElement>("hold");
    expect(hold.disabled).toBe(true);
    await user.type(screen.getByTestId("hold-reason"), "суд");
    await user.click(hold);
    expect((await screen.findByTestId("held")).textContent).toContain("суд");
    await user.click(screen.getByTestId("delete-document"));
    const note = within(await screen.findByTestId("delete-dialog")).getByTestId("note");
    expect(note.dataset.code).toBe("store.kept-hold");
    expect(screen.queryByTestId("confirm-delete")).toBeNull();
    expect(fake.called("delete_documents")).toEqual([]);
  });
});

describe("deleting a document", () => {
  it("says what goes and what stays, and wants a reason", async () => {
    const { user, fake } = await openTab("doc-0012");
    await user.click(screen.getByTestId("delete-document"));
    const dialog = await screen.findByTestId("delete-dialog");
    expect(dialog.textContent).toContain(text("ui.retention.dialog.receipts", { count: 2 }));
    expect(dialog.textContent).toContain(text("ui.retention.dialog.backups"));
    expect(dialog.textContent).toContain(text("ui.retention.dialog.drafts"));
    expect(within(dialog).queryByTestId("early")).toBeNull();
    const confirm = screen.getByTestId<HTMLButtonElement>("confirm-delete");
    expect(confirm.disabled).toBe(true);
    await user.type(screen.getByTestId("delete-reason"), "акт № 3");
    await user.click(confirm);
    await waitFor(() => expect(fake.called("delete_documents")).toHaveLength(1));
    expect(fake.called("delete_documents")[0]?.args).toEqual({ deletion: { documents: ["doc-0012"], reason: "акт № 3", early: false } });
    await waitFor(() => expect(window.location.hash).toBe("#/documents"));
  });

  it("before the term wants a second word", async () => {
    const { user, fake } = await openTab("doc-0001");
    await user.click(screen.getByTestId("delete-document"));
    await screen.findByTestId("early");
    await user.type(screen.getByTestId("delete-reason"), "ошибка");
    const confirm = screen.getByTestId<HTMLButtonElement>("confirm-delete");
    expect(confirm.disabled).toBe(true);
    await user.click(screen.getByTestId("confirm-early"));
    await user.click(confirm);
    await waitFor(() => expect(fake.called("delete_documents")[0]?.args).toMatchObject({ deletion: { early: true } }));
  });

  it("shows why the host refused", async () => {
    const fake = new FakeHost(undefined, 60).fail("delete_documents", uiError("app.no-reason", { longest: "300" }));
    const { user } = await openTab("doc-0012", fake);
    await user.click(screen.getByTestId("delete-document"));
    await user.type(await screen.findByTestId("delete-reason"), "x");
    await user.click(screen.getByTestId("confirm-delete"));
    expect((await screen.findByTestId("error")).dataset.code).toBe("app.no-reason");
  });
});

describe("the list of ended terms", () => {
  it("is grouped by class, narrowed by words, and deletes what is marked", async () => {
    const fake = new FakeHost(undefined, 60);
    const { user } = await openApp(fake, "/retention");
    await screen.findByTestId("ended");
    expect(screen.getByTestId("ended-source").textContent).toContain("НК РФ");
    await user.selectOptions(screen.getByTestId("ended-class"), "primary");
    await waitFor(() => expect(screen.getByTestId("ended-source").textContent).not.toContain("НК РФ"));
    await user.click(await screen.findByTestId("select-all"));
    expect(screen.getByTestId("marked").textContent).toBe(text("ui.documents.selected", { count: 6 }));
    await user.click(screen.getByTestId("delete-marked"));
    const rows = await screen.findAllByTestId("to-delete");
    expect(rows).toHaveLength(6);
    await user.type(screen.getByTestId("ended-search"), "нет такого");
    expect(await screen.findByTestId("empty")).toBeTruthy();
  });

  it("says so when no term has ended", async () => {
    await openApp(new FakeHost(undefined, 1), "/retention");
    expect((await screen.findByTestId("empty")).textContent).toContain(text("ui.retention.list.none"));
  });

  it("names the administrator's file that is not understood", async () => {
    const fake = new FakeHost(undefined, 1).fail("ended_terms", uiError("app.retention-data", { file: "retention.json" }));
    await openApp(fake, "/retention");
    expect((await screen.findByTestId("error-why")).textContent).toContain("retention.json");
  });
});

describe("limits of a service", () => {
  it("are told on the page of the document, and nothing is sent", async () => {
    const fake = new FakeHost(undefined, 60);
    fake.services = fake.services.map((service) => ({ ...service, problems: demoProblems }));
    const { user } = await openApp(fake, "/documents/doc-0004");
    await user.click(await screen.findByTestId("show-limits"));
    const limits = await screen.findByTestId("limits");
    expect(screen.getByTestId("tab-findings").textContent).toContain("(2)");
    expect(within(limits).getAllByTestId("note").map((note) => note.dataset.code)).toEqual(["limits.file-size", "limits.name-letters"]);
    expect(limits.textContent).toContain("10\u00a0485\u00a0760");
    await user.click(screen.getByTestId("primary-action"));
    expect((await screen.findByTestId<HTMLButtonElement>("send-confirm")).disabled).toBe(true);
    expect(fake.called("send_document")).toEqual([]);
  });

  it("are told at the file that was opened", async () => {
    const fake = new FakeHost(undefined, 60);
    const outcome = { draftId: null, duplicateOf: null, signatures: 0, renewed: false, letter: null, error: null };
    fake.imports = [
      { ...outcome, name: "req.xml", documentId: "doc-0002", problems: [] },
      { ...outcome, name: "Договор.docx", documentId: "doc-0003", problems: demoProblems },
    ];
    const { user } = await openApp(fake, "/documents");
    await user.click(await screen.findByTestId("open-files"));
    const report = await screen.findByTestId("import-report");
    expect(within(report).getAllByTestId("note")).toHaveLength(2);
  });
});

import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { ImportOutcome, LetterView } from "../ipc";
import { FakeHost, uiError } from "../testing/fakeHost";
import { openApp } from "../testing/render";
import { text } from "../testing/texts";

const stranger = `age1${"z".repeat(58)}`;
const colleague = { name: "Вера Полевая", address: `age1${"p".repeat(58)}` };
const letter: LetterView = { from: "Анна Ромашкина", colleague: null, note: "До пятницы.", back: false, organisation: null };

const outcome = (part: Partial<ImportOutcome>): ImportOutcome => ({
  name: "Акт.xml", documentId: null, draftId: null, duplicateOf: null, signatures: 0, renewed: false, letter, error: null, problems: [], ...part,
});

describe("documents handed over", () => {
  it("go to a colleague with a note, several at once", async () => {
    const fake = new FakeHost();
    fake.drafts.colleagues = { ...fake.drafts.colleagues, colleagues: [colleague] };
    fake.documents = fake.documents.slice(0, 5);
    const { user } = await openApp(fake, "/documents");
    for (const id of ["doc-0002", "doc-0003"]) await user.click(await screen.findByTestId(`select-${id}`));
    await user.click(await screen.findByTestId("hand-over-marked"));
    const dialog = await screen.findByTestId("hand-over");
    expect(await within(dialog).findByText(text("ui.handOver.documents.lead"))).toBeTruthy();
    fireEvent.change(within(dialog).getByTestId("hand-over-note"), { target: { value: "До пятницы" } });
    await user.click(within(dialog).getByTestId("hand-over-confirm"));
    expect(await within(dialog).findByTestId("handed-over")).toBeTruthy();
    const [call] = fake.called("hand_over_documents");
    expect(call?.args).toMatchObject({ how: { address: colleague.address, name: fake.drafts.colleagues.ownName }, note: "До пятницы" });
    expect(call?.args).toMatchObject({ ids: ["doc-0002", "doc-0003"] });
  });

  it("say on their page who asks, what, and that nobody vouches for the name; the answer goes back", async () => {
    const fake = new FakeHost();
    fake.handOvers.set("doc-0003", [{ way: "came-to-sign", who: "Анна Ромашкина", colleague: null, byAddress: true, note: "До пятницы.", at: "2026-04-01T10:00:00Z" }]);
    fake.reply = { name: "Анна Ромашкина", address: stranger, colleague: null };
    const { user } = await openApp(fake, "/documents/doc-0003");
    const strip = await screen.findByTestId("hand-over-strip");
    expect(strip.textContent).toContain("Анна Ромашкина");
    expect(within(strip).getByTestId("letter-note").textContent).toContain("До пятницы.");
    expect(within(strip).getByTestId("letter-known").textContent).toContain(text("ui.handOver.unknown"));
    await user.click(within(strip).getByTestId("hand-back"));
    const dialog = await screen.findByTestId("hand-over");
    // An address the file itself gave is named as such before anything is written to it.
    expect(await within(dialog).findByTestId("hand-over-stranger")).toBeTruthy();
    expect(within(dialog).queryByTestId("forget-colleague")).toBeNull();
    await user.click(within(dialog).getByTestId("hand-over-confirm"));
    await waitFor(() => expect(fake.called("hand_over_documents")[0]?.args).toMatchObject({ ids: ["doc-0003"], how: { address: stranger } }));
  });

  it("that came are listed under what was said with them, each with its own fate", async () => {
    const fake = new FakeHost();
    await openApp(fake);
    await act(() => fake.emit("imported", [
      outcome({ documentId: "doc-0002" }), outcome({ name: "УПД.xml", error: uiError("package.unfit-signature", { file: "УПД.xml.sig" }) }),
      outcome({ duplicateOf: "doc-0003", signatures: 2, letter: { ...letter, back: true, colleague: "Вера Полевая", note: "" } }),
    ]));
    const report = await screen.findByTestId("import-report");
    const [asked, back] = within(report).getAllByTestId("import-letter");
    expect(asked?.textContent).toContain(text("ui.import.came", { who: "Анна Ромашкина" }));
    expect(asked?.textContent).toContain("До пятницы.");
    expect(back?.textContent).toContain(text("ui.import.cameBack", { who: "Вера Полевая" }));
    expect(back?.textContent).toContain(text("ui.handOver.known", { name: "Вера Полевая" }));
    expect(report.textContent).toContain(text("ui.import.signatures", { count: 2 }));
    expect(within(report).getByTestId("note").dataset.code).toBe("package.unfit-signature");
  });

  it("of another organisation of this computer lead there", async () => {
    const fake = new FakeHost();
    const { user } = await openApp(fake);
    const organisation = fake.state.organisations[0];
    if (!organisation) throw new Error("no organisation");
    await act(() => fake.emit("imported", [outcome({ documentId: "doc-0002", letter: { ...letter, organisation: organisation.id } })]));
    const report = await screen.findByTestId("import-report");
    expect(report.textContent).toContain(text("ui.import.elsewhere", { name: organisation.name }));
    expect(within(report).queryByText(text("ui.import.open"))).toBeNull();
    await user.click(within(report).getByTestId("import-show"));
    await waitFor(() => expect(fake.called("select_organisation")[0]?.args).toEqual({ id: organisation.id }));
  });
});

it("an import that takes long says how far it is and can be stopped", async () => {
  const fake = new FakeHost();
  const { user } = await openApp(fake);
  await act(() => fake.emit("import-progress", { done: 12, total: 40, name: "Письмо.txt" }));
  const note = await screen.findByTestId("import-progress");
  expect(note.textContent).toContain(text("ui.import.progress", { done: "12", total: "40" }));
  expect(note.textContent).toContain("Письмо.txt");
  await user.click(within(note).getByTestId("import-stop"));
  expect(fake.called("stop_import")).toHaveLength(1);
  await act(() => fake.emit("import-progress", null));
  await waitFor(() => expect(screen.queryByTestId("import-progress")).toBeNull());
});

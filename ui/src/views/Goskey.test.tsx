import { fireEvent, screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { goskeyRequest } from "../testing/demoGoskey";
import { FakeHost, uiError } from "../testing/fakeHost";
import { openApp } from "../testing/render";
import { text } from "../testing/texts";

const fileOf = (id: string, state: ReturnType<typeof goskeyRequest>["files"][number]["state"]) => ({ file: "Договор.pdf", documentId: id, title: "Договор", state });

/** A document in a stage in which a signature can still be asked for. */
function waiting() {
  const fake = new FakeHost();
  fake.documents = fake.documents.slice(0, 6).map((row) => ({ ...row, stage: "ready", signed: false, format: "pdf" }));
  return fake;
}

describe("a signature in Госключ", () => {
  it("is asked for from a known person, and the request is what comes next", async () => {
    const fake = waiting();
    const { user } = await openApp(fake, "/documents/doc-0003");
    await user.click(await screen.findByTestId("goskey-document"));
    const dialog = await screen.findByTestId("goskey");
    expect((await within(dialog).findByTestId("goskey-documents")).textContent).toContain("Akt_sverki_1.xml");
    expect((within(dialog).getByTestId("goskey-snils") as HTMLInputElement).value).toBe("900-000-002 83");
    fireEvent.change(within(dialog).getByTestId("goskey-kind"), { target: { value: "qualified" } });
    expect(dialog.textContent).toContain(text("ui.goskey.kindHint.qualified"));
    await user.click(within(dialog).getByTestId("goskey-create"));
    expect(fake.called("ask_goskey")[0]?.args).toEqual({ ids: ["doc-0003"], ask: { kind: "qualified", name: "Васильков Иван Сергеевич", snils: "900-000-002 83", oid: "", hours: 24 } });
    const strip = await screen.findByTestId("goskey-strip");
    expect(strip.textContent).toContain(text("ui.goskey.state.not-sent"));
    expect(window.location.hash).toContain("doc-0004");
  });

  it("cannot be asked for without a number, nor for what Госключ does not take", async () => {
    const fake = waiting();
    fake.goskeyOffer = { people: [], problem: null, mostHours: 24 };
    const { user } = await openApp(fake, "/documents");
    for (const id of ["doc-0002", "doc-0003"]) await user.click(await screen.findByTestId(`select-${id}`));
    await user.click(await screen.findByTestId("goskey-marked"));
    const dialog = await screen.findByTestId("goskey");
    const create = async () => (await within(dialog).findByTestId("goskey-create")) as HTMLButtonElement;
    expect((await create()).disabled).toBe(true);
    expect(within(dialog).queryByTestId("goskey-who")).toBeNull();
    fireEvent.change(within(dialog).getByTestId("goskey-snils"), { target: { value: "900-000-002 84" } });
    fake.fail("ask_goskey", uiError("goskey.snils"));
    await user.click(await create());
    expect((await within(dialog).findByTestId("error")).dataset.code).toBe("goskey.snils");
    expect(fake.called("ask_goskey")[0]?.args).toMatchObject({ ids: ["doc-0002", "doc-0003"] });
  });

  it("is refused before anybody types when a file is of another kind", async () => {
    const fake = waiting();
    fake.goskeyOffer = { ...fake.goskeyOffer, problem: uiError("goskey.file-kind", { file: "Договор.docx" }) };
    const { user } = await openApp(fake, "/documents/doc-0003");
    await user.click(await screen.findByTestId("goskey-document"));
    const dialog = await screen.findByTestId("goskey");
    expect((await within(dialog).findByTestId("error")).textContent).toContain("Договор.docx");
    expect(((await within(dialog).findByTestId("goskey-create")) as HTMLButtonElement).disabled).toBe(true);
  });

  it("is waited for with the person and the time that is left", async () => {
    const fake = waiting();
    fake.goskey.set("doc-0003", [goskeyRequest()]);
    await openApp(fake, "/documents/doc-0003");
    const strip = await screen.findByTestId("goskey-strip");
    expect(strip.textContent).toContain("Васильков Иван Сергеевич");
    expect(within(strip).getByTestId("goskey-left").textContent).toMatch(/2[12]/);
    expect(within(strip).queryByTestId("goskey-again")).toBeNull();
  });

  it("that was refused says what to do, and can be asked for anew", async () => {
    const fake = waiting();
    fake.goskey.set("doc-0003", [goskeyRequest({ state: "person-not-found", comment: "Пользователь не найден" })]);
    const { user } = await openApp(fake, "/documents/doc-0003");
    const strip = await screen.findByTestId("goskey-strip");
    expect(strip.textContent).toContain(text("ui.goskey.state.person-not-found"));
    expect(strip.textContent).toContain("Пользователь не найден");
    expect(within(strip).queryByTestId("goskey-left")).toBeNull();
    await user.click(within(strip).getByTestId("goskey-again"));
    expect(await screen.findByTestId("goskey")).toBeTruthy();
  });

  it("that does not fit the document is never shown as its signature", async () => {
    const fake = waiting();
    fake.goskey.set("doc-0003", [goskeyRequest({ state: "signed", files: [fileOf("doc-0003", "differs"), fileOf("doc-0002", "joined")] })]);
    await openApp(fake, "/documents/doc-0003");
    const strip = await screen.findByTestId("goskey-strip");
    // Only what concerns this document is told here.
    const [file, ...others] = within(strip).getAllByTestId("goskey-file");
    expect(others).toEqual([]);
    expect(file?.dataset.state).toBe("differs");
    expect(file?.textContent).toContain(text("ui.goskey.file.differs"));
  });

  it("leads from the request to its documents", async () => {
    const fake = waiting();
    const files = [fileOf("doc-0003", "joined"), { ...fileOf("doc-0002", "unfit"), documentId: null, title: null }];
    fake.goskey.set("doc-0004", [goskeyRequest({ state: "signed", files })]);
    await openApp(fake, "/documents/doc-0004");
    const strip = await screen.findByTestId("goskey-strip");
    const [joined, gone] = within(strip).getAllByTestId("goskey-file");
    expect(joined?.querySelector("a")?.getAttribute("href")).toContain("doc-0003");
    expect(gone?.textContent).toContain(text("ui.goskey.gone"));
  });
});

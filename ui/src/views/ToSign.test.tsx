import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { director, scanOf } from "../testing/demoPeople";
import { FakeHost, readyState, uiError } from "../testing/fakeHost";
import { shownOf } from "../testing/fakeSigning";
import { incomingFile, showToSign } from "../testing/fakeToSign";
import { openApp } from "../testing/render";
import { text } from "../testing/texts";
import type { ImportOutcome } from "../ipc";

const grant = { who: "Иванова Анна Андреевна", may: ["Подписывать налоговую отчётность"], from: "2026-12-01", until: "2027-12-31", redelegate: false, revocable: true, joint: false };
const outcome = (part: Partial<ImportOutcome>): ImportOutcome => ({
  name: "documents-2.kabinet", documentId: null, draftId: null, duplicateOf: null, signatures: 0, renewed: false, letter: null, error: null, problems: [], ...part,
});

/** Three documents wait: doc-0002, doc-0003 and doc-0010. */
function host() {
  const fake = new FakeHost(readyState(), 12);
  fake.scan = scanOf({ certificates: [director] });
  return fake;
}

const card = async (id: string) => {
  await screen.findAllByTestId("to-sign-item");
  const found = document.querySelector<HTMLElement>(`[data-testid="to-sign-item"][data-document="${id}"]`);
  if (!found) throw new Error(`no card ${id}`);
  return found;
};

async function read(user: Awaited<ReturnType<typeof openApp>>["user"], id: string) {
  await user.click(within(await card(id)).getByTestId("to-sign-open"));
  const drawer = await screen.findByTestId("to-sign-reading");
  await user.click(await within(drawer).findByTestId("to-sign-read"));
  await waitFor(async () => expect((await card(id)).dataset.chosen).toBe("true"));
}

describe("what waits for a signature", () => {
  it("cannot be chosen before it was opened, and exactly what was chosen is signed", async () => {
    const fake = host();
    const { user } = await openApp(fake, "/to-sign");
    const one = await card("doc-0002");
    expect(within(one).getByTestId<HTMLInputElement>("to-sign-choose-doc-0002").disabled).toBe(true);
    expect(screen.getByTestId<HTMLButtonElement>("to-sign-sign").disabled).toBe(true);
    await read(user, "doc-0002");
    await read(user, "doc-0010");
    expect(fake.called("note_opened").map((call) => call.args)).toEqual([
      { id: "doc-0002", shown: shownOf("doc-0002") }, { id: "doc-0010", shown: shownOf("doc-0010") },
    ]);
    expect(screen.getByTestId("to-sign-sign").textContent).toBe(text("ui.toSign.sign", { count: 2 }));
    await user.click(screen.getByTestId("to-sign-sign"));
    const sheet = await screen.findByTestId("signing-sheet");
    expect(within(sheet).queryByTestId("what-doc-0003")).toBeNull();
    await waitFor(() => expect(within(sheet).getByTestId<HTMLButtonElement>("sign-confirm").disabled).toBe(false));
    await user.click(within(sheet).getByTestId("sign-confirm"));
    await waitFor(() => expect(fake.called("start_signing").length).toBe(1));
    expect(fake.called("start_signing")[0]?.args).toMatchObject({
      request: { documents: [{ id: "doc-0002", shown: shownOf("doc-0002") }, { id: "doc-0010", shown: shownOf("doc-0010") }], unopened: 0 },
    });
    await user.click(await within(sheet).findByTestId("sign-done"));
    await waitFor(() => expect(screen.getAllByTestId("to-sign-item").length).toBe(1));
  });

  it("is no longer chosen when it changed after it was read, and it is named", async () => {
    const fake = host();
    const { user } = await openApp(fake, "/to-sign");
    await read(user, "doc-0002");
    fake.toSignList.shown.set("doc-0002", "9".repeat(64));
    await act(() => fake.emit("documents-changed", null));
    const strip = await screen.findByTestId("to-sign-changed");
    expect(strip.textContent).toContain(fake.documents.find((row) => row.id === "doc-0002")?.title);
    expect((await card("doc-0002")).dataset.chosen).toBe("false");
    expect(screen.getByTestId<HTMLButtonElement>("to-sign-sign").disabled).toBe(true);
  });

  it("is sent to the signature with what was shown, so that a change behind the screen is refused", async () => {
    const fake = host();
    const { user } = await openApp(fake, "/to-sign");
    await read(user, "doc-0002");
    await user.click(screen.getByTestId("to-sign-sign"));
    const sheet = await screen.findByTestId("signing-sheet");
    fake.fail("start_signing", uiError("app.document-changed", { title: "Акт" }));
    await waitFor(() => expect(within(sheet).getByTestId<HTMLButtonElement>("sign-confirm").disabled).toBe(false));
    await user.click(within(sheet).getByTestId("sign-confirm"));
    expect(await within(sheet).findByText(text("errors.app.document-changed.what", { title: "Акт" }))).toBeTruthy();
  });

  it("says who will be able to do what until when, and that another's token cannot sign it", async () => {
    const fake = host();
    fake.toSignList.extras.set("doc-0002", { kind: "poa", grants: [{ ...grant, joint: true, revocable: false }], heads: ["Полевая Вера"], signers: [] });
    fake.toSignList.extras.set("doc-0003", { kind: "poa-revocation", revokes: { number: "5d0c", reason: "Уволен", who: ["Громов Пётр"] } });
    fake.opened.set("doc-0002", shownOf("doc-0002"));
    const { user } = await openApp(fake, "/to-sign");
    const one = await card("doc-0002");
    await waitFor(() => expect(one.dataset.others).toBe("true"));
    for (const part of ["Иванова Анна Андреевна", "31.12.2027", "Подписывать налоговую отчётность", text("ui.toSign.grant.noRedelegate"), text("ui.toSign.grant.joint"), text("ui.toSign.grant.irrevocable"), text("ui.toSign.notYours", { names: "Полевая Вера" })]) {
      expect(one.textContent).toContain(part);
    }
    expect(within(one).getByTestId<HTMLInputElement>("to-sign-choose-doc-0002").disabled).toBe(true);
    expect((await card("doc-0003")).textContent).toContain(text("ui.toSign.revokes", { who: "Громов Пётр", number: "5d0c" }));
    // It can be read all the same, and is not chosen by that.
    await user.click(within(one).getByTestId("to-sign-open"));
    const drawer = await screen.findByTestId("to-sign-reading");
    expect(await within(drawer).findByTestId("readable")).toBeTruthy();
    expect(within(drawer).queryByTestId("to-sign-read")).toBeNull();
  });

  it("offers to register what is signed, and names whom one still waits for", async () => {
    const fake = host();
    fake.toSignList.unregistered = [
      { number: "1", documentId: "doc-0004", title: "Доверенность № 1", awaited: [] },
      { number: "2", documentId: "doc-0005", title: "Доверенность № 2", awaited: ["Полевая Вера"] },
    ];
    const { user } = await openApp(fake, "/to-sign");
    expect((await screen.findByTestId("to-sign-awaited")).textContent).toContain("Полевая Вера");
    await user.click(screen.getByTestId("to-sign-register"));
    expect((await screen.findByTestId("to-sign-registered")).textContent).toBe(text("ui.toSign.register.queued", { count: 1 }));
    expect(fake.called("register_signed").map((call) => call.args)).toEqual([{ numbers: ["1"] }]);
    await waitFor(() => expect(screen.queryByTestId("to-sign-register")).toBeNull());
  });

  it("holds two hundred, counts them in the rail, and says so when there is nothing or it cannot be told", async () => {
    const fake = host();
    fake.documents = Array.from({ length: 200 }, (_, index) => ({ ...fake.documents[2]!, id: `doc-${index}`, title: `Письмо № ${index}`, stage: "ready" as const }));
    await openApp(fake, "/to-sign");
    expect((await screen.findAllByTestId("to-sign-item")).length).toBe(200);
    expect((await screen.findByTestId("to-sign-count")).textContent).toBe("200");
    fake.documents = [];
    await act(() => fake.emit("documents-changed", null));
    expect(await screen.findByText(text("ui.toSign.empty.title"))).toBeTruthy();
    expect(screen.queryByTestId("to-sign-sign")).toBeNull();
    fake.fail("to_sign", uiError("app.io"));
    await act(() => fake.emit("documents-changed", null));
    expect(await screen.findByTestId("error")).toBeTruthy();
  }, 60_000);

  it("has a look for the demonstration", async () => {
    const fake = host();
    showToSign(fake, "waiting-to-sign");
    await openApp(fake, "/to-sign");
    expect((await screen.findAllByTestId(/^to-sign-group-/)).map((group) => group.dataset.testid)).toEqual(["to-sign-group-poa", "to-sign-group-poa-revocation"]);
  });
});

describe("files at the portal", () => {
  it("are taken in, tell what became of them, and go", async () => {
    const fake = host();
    fake.toSignList.incoming = [incomingFile()];
    fake.toSignList.taken = { outcomes: [outcome({ documentId: "doc-0003" }), outcome({ duplicateOf: "doc-0002", signatures: 1 })], address: null, taken: true };
    const { user } = await openApp(fake, "/to-sign");
    await user.click(await screen.findByTestId("incoming-take"));
    const report = await screen.findByTestId("import-report");
    expect(report.textContent).toContain(text("ui.import.signatures", { count: 1 }));
    await waitFor(() => expect(screen.queryByTestId("incoming")).toBeNull());
    expect(fake.called("take_incoming").map((call) => call.args)).toEqual([{ id: "in-1" }]);
  });

  it("stay when they could not be taken in, and are deleted unread only after a second word", async () => {
    const fake = host();
    fake.toSignList.incoming = [incomingFile()];
    fake.toSignList.taken = { outcomes: [outcome({ error: uiError("age.no-match") })], address: null, taken: false };
    const { user } = await openApp(fake, "/to-sign");
    await user.click(await screen.findByTestId("incoming-take"));
    await user.click(await screen.findByTestId("import-done"));
    expect(await screen.findByTestId("incoming-stays")).toBeTruthy();
    await user.click(screen.getByTestId("incoming-drop"));
    expect(fake.called("drop_incoming")).toEqual([]);
    await user.click(screen.getByTestId("incoming-drop-yes"));
    await waitFor(() => expect(screen.queryByTestId("incoming")).toBeNull());
  });

  it("are not asked about without a session, and a portal without them is no error", async () => {
    const fake = new FakeHost(readyState({ session: null }), 12);
    await openApp(fake, "/to-sign");
    await screen.findAllByTestId("to-sign-item");
    expect(fake.called("incoming")).toEqual([]);
    const other = host();
    other.fail("incoming", uiError("cabinet.absent"));
    await openApp(other, "/to-sign");
    await waitFor(() => expect(other.called("incoming").length).toBeGreaterThan(0));
    expect(screen.queryByTestId("error")).toBeNull();
  });

  it("with an address show it, to be compared", async () => {
    const fake = host();
    const address = `age1${"p".repeat(58)}`;
    fake.toSignList.incoming = [incomingFile({ kind: "address", from: "Полевая Вера" })];
    fake.toSignList.taken = { outcomes: [], address: { name: "Полевая Вера", address }, taken: true };
    const { user } = await openApp(fake, "/to-sign");
    await user.click(await screen.findByTestId("incoming-take"));
    expect((await screen.findByTestId("address-kept")).textContent).toContain(address);
  });
});

describe("handing over through the portal", () => {
  it("goes to an employee under the address that is known, or asks for it", async () => {
    const fake = host();
    const { user } = await openApp(fake, "/documents/doc-0002");
    await user.click(await screen.findByTestId("hand-over-document"));
    const dialog = await screen.findByTestId("hand-over");
    await user.click(await within(dialog).findByText(text("ui.handOver.ways.portal")));
    const confirm = () => within(dialog).getByTestId<HTMLButtonElement>("hand-over-confirm");
    expect(confirm().disabled).toBe(true);
    await user.selectOptions(await within(dialog).findByTestId("portal-to"), "101");
    expect(within(dialog).getByTestId("portal-no-address")).toBeTruthy();
    await user.click(within(dialog).getByTestId("send-own-address"));
    expect(await within(dialog).findByTestId("address-sent")).toBeTruthy();
    await user.selectOptions(within(dialog).getByTestId("portal-to"), "102");
    expect(within(dialog).queryByTestId("portal-no-address")).toBeNull();
    fake.fail("hand_over_by_portal", uiError("app.hand-over-answer-lost"));
    await user.click(confirm());
    expect(await within(dialog).findByText(text("errors.app.hand-over-answer-lost.what"))).toBeTruthy();
    fake.on("hand_over_by_portal", () => null);
    await user.click(confirm());
    expect((await within(dialog).findByTestId("handed-over")).textContent).toContain("Васильков Иван Сергеевич");
    expect(fake.called("hand_over_by_portal").at(-1)?.args).toMatchObject({
      what: { documents: ["doc-0002"] }, how: { address: `age1${"v".repeat(58)}` }, recipient: { id: "102" },
    });
    expect(fake.called("hand_over_documents")).toEqual([]);
  });
});

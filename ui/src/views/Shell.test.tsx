import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { act } from "react";
import { describe, expect, it } from "vitest";
import { FakeHost, readyState, uiError } from "../testing/fakeHost";
import { inDays, proprietor, wind } from "../testing/demoPeople";
import { openApp } from "../testing/render";
import { text } from "../testing/texts";

describe("the lock", () => {
  it("shows nothing of the archive and opens on one button", async () => {
    const { user } = await openApp(new FakeHost(readyState({ phase: "locked", session: null })));
    expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("Программа заблокирована");
    expect(screen.queryByTestId("organisation-menu")).toBeNull();
    await user.click(screen.getByTestId("unlock"));
    expect(await screen.findByTestId("state-line")).toBeTruthy();
  });

  it("stays locked and explains when unlocking fails", async () => {
    const { user } = await openApp(new FakeHost(readyState({ phase: "locked", session: null })).fail("unlock", uiError("keychain.locked", {}, true)));
    await user.click(screen.getByTestId("unlock"));
    expect((await screen.findByTestId("error-todo")).textContent).toBe(text("errors.keychain.locked.todo"));
    expect(screen.getByTestId("unlock")).toBeTruthy();
  });

  it("falls on Ctrl+L in any keyboard layout", async () => {
    await openApp();
    fireEvent.keyDown(window, { code: "KeyL", key: "д", ctrlKey: true });
    expect(await screen.findByTestId("unlock")).toBeTruthy();
  });

  it("falls when the host says so", async () => {
    const { fake } = await openApp();
    await act(() => fake.emit("state-changed", fake.change({ phase: "locked", session: null })));
    expect(await screen.findByTestId("unlock")).toBeTruthy();
  });
});

describe("keys", () => {
  it("Ctrl+O opens files, F5 syncs, F1 helps, Ctrl+2 goes to the documents, none behind a dialog", async () => {
    const { fake, user } = await openApp();
    fireEvent.keyDown(window, { code: "F5", key: "F5" });
    await waitFor(() => expect(fake.called("sync_now")).toHaveLength(1));
    fireEvent.keyDown(window, { code: "KeyO", key: "щ", ctrlKey: true });
    await waitFor(() => expect(fake.called("pick_documents")).toHaveLength(1));
    fireEvent.keyDown(window, { code: "F1", key: "F1" });
    expect(await screen.findByText("Показать эту справку")).toBeTruthy();
    fireEvent.keyDown(window, { code: "Digit2", key: "2", ctrlKey: true });
    expect(screen.queryByTestId("documents")).toBeNull();
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    fireEvent.keyDown(window, { code: "Digit2", key: "2", ctrlKey: true });
    expect(await screen.findByTestId("documents")).toBeTruthy();
  });

  it("every section of the rail but the applications, the powers of attorney, the mail, the services and what is to be signed has its digit, the tokens too, and the help says how many", async () => {
    await openApp();
    const rail = screen.getByRole("navigation");
    const sections = within(rail).getAllByRole("link");
    expect(sections.length).toBe(15);
    fireEvent.keyDown(window, { code: "Digit9", key: "9", ctrlKey: true });
    await waitFor(() => expect(window.location.hash).toBe("#/tokens"));
    expect(screen.getByTestId("nav-tokens").getAttribute("aria-current")).toBe("page");
    fireEvent.keyDown(window, { code: "Digit0", key: "0", ctrlKey: true });
    await waitFor(() => expect(window.location.hash).toBe("#/settings"));
    fireEvent.keyDown(window, { code: "F1", key: "F1" });
    expect(await screen.findByText("Ctrl+1…9, Ctrl+0")).toBeTruthy();
  });

  it("/ and Ctrl+K put the cursor into the search, but not while typing", async () => {
    await openApp();
    fireEvent.keyDown(window, { code: "Slash", key: "/" });
    const search = await screen.findByTestId("documents-search");
    await waitFor(() => expect(document.activeElement).toBe(search));
    expect(fireEvent.keyDown(search, { code: "Slash", key: "/" })).toBe(true);
    screen.getByTestId("nav-documents").focus();
    fireEvent.keyDown(window, { code: "KeyK", key: "л", ctrlKey: true });
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId("documents-search")));
  });
});

describe("the state line", () => {
  it("names the environment, and calls offline a normal state", async () => {
    await openApp(new FakeHost(readyState({ network: "offline" })));
    expect(screen.getByTestId("environment").textContent).toBe("Учебный режим");
    expect(screen.getByTestId("network").textContent).toContain("Без связи: работать можно");
    expect(screen.getByTestId("outbox-pending").textContent).toContain("3 документа в отправке");
  });

  it("a failed exchange is explained and can be repeated", async () => {
    const { fake, user } = await openApp(new FakeHost().fail("sync_now", uiError("portal.host-not-allowed", { host: "wifi.hotel.example" }, true)));
    await user.click(screen.getByTestId("sync"));
    expect((await screen.findByTestId("error-why")).textContent).toContain("wifi.hotel.example");
    await user.click(screen.getByTestId("error-retry"));
    await waitFor(() => expect(fake.called("sync_now")).toHaveLength(2));
  });
});

describe("the session", () => {
  it("is told as over once its time has passed", async () => {
    const session = { holder: "Ермаков Андрей Викторович", position: null, certificateId: "x", way: "signature" as const, renews: false, signedInAt: inDays(-1), expiresAt: inDays(-0.1) };
    await openApp(new FakeHost(readyState({ session })));
    expect(screen.getByTestId("session").dataset.session).toBe("expired");
    expect(screen.getByTestId("go-sign-in")).toBeTruthy();
  });

  it("begins again over the open page, which stays", async () => {
    const fake = new FakeHost(readyState({ session: null, sessionEnded: uiError("esia.ended", {}, true) }));
    const { user } = await openApp(fake, "/settings");
    await screen.findByTestId("api-keys");
    await user.click(screen.getByTestId("api-key-add"));
    await user.type(screen.getByTestId("api-key-name"), "Полевая");
    expect(screen.getByTestId("session").textContent).toBe("Сеанс закончился");
    await user.click(screen.getByTestId("go-sign-in"));
    const dialog = await screen.findByTestId("sign-in-dialog");
    expect(dialog.textContent).toContain(text("errors.esia.ended.todo"));
    await user.click(await within(dialog).findByTestId("esia-begin"));
    await waitFor(() => expect(screen.queryByTestId("way-browser")).toBeNull());
    expect(window.location.hash).toBe("#/settings");
    expect(screen.getByTestId("api-key-name")).toHaveProperty("value", "Полевая");
    expect(screen.getByTestId("session").textContent).toContain("через Госуслуги");
  });

  it("of the browser can be ended here, or at Госуслуги too", async () => {
    const fake = new FakeHost(readyState());
    fake.change({ session: { ...fake.state.session!, way: "browser", renews: true, certificateId: null } });
    const { user } = await openApp(fake);
    await user.click(screen.getByTestId("sign-out"));
    await user.click(await screen.findByTestId("sign-out-esia"));
    await waitFor(() => expect(fake.called("sign_out_of_esia")).toHaveLength(1));
    expect(fake.called("sign_out")).toHaveLength(0);
  });

  it("ends on the button", async () => {
    const { user } = await openApp();
    await user.click(screen.getByTestId("sign-out"));
    await waitFor(() => expect(screen.getByTestId("session").textContent).toBe("Вход не выполнен"));
  });
});

it("another organisation starts from a clean screen", async () => {
  const { fake, user } = await openApp(new FakeHost(), "/documents");
  await screen.findByTestId("documents");
  await user.click(screen.getByTestId("organisation-menu"));
  await user.click(await screen.findByTestId(`organisation-${proprietor.inn}`));
  await waitFor(() => expect(screen.getByTestId("environment").textContent).toBe("Тестовый контур"));
  expect(fake.called("select_organisation")[0]?.args).toEqual({ id: proprietor.id });
  expect(window.location.hash).toBe("#/today");
  expect(screen.queryByText(wind.name)).toBeNull();
});

describe("taking files in", () => {
  it("one new document opens at once", async () => {
    const { user } = await openApp();
    await user.click(screen.getByTestId("open-files"));
    await waitFor(() => expect(window.location.hash).toBe("#/documents/doc-0002"));
  });

  it("several files that make one new document open it at once", async () => {
    const fake = new FakeHost();
    const part = { documentId: "doc-0003", draftId: null, duplicateOf: null, signatures: 0, renewed: false, letter: null, error: null, problems: [] };
    fake.imports = [{ name: "req_1.xml", ...part }, { name: "trans_1.xml", ...part }];
    const { user } = await openApp(fake);
    await user.click(screen.getByTestId("open-files"));
    await waitFor(() => expect(window.location.hash).toBe("#/documents/doc-0003"));
    expect(screen.queryByTestId("import-done")).toBeNull();
  });

  it("several are reported one by one, with duplicates and refusals", async () => {
    const fake = new FakeHost();
    fake.imports = [
      { name: "a.xml", documentId: "doc-0002", draftId: null, duplicateOf: null, signatures: 0, renewed: false, letter: null, error: null, problems: [] },
      { name: "b.xml", documentId: null, draftId: null, duplicateOf: "doc-0002", signatures: 0, renewed: false, letter: null, error: null, problems: [] },
      { name: "c.jpg", documentId: null, draftId: null, duplicateOf: null, signatures: 0, renewed: false, letter: null, error: uiError("app.too-large", { megabytes: "50" }), problems: [] },
    ];
    const { user } = await openApp(fake);
    await user.click(screen.getByTestId("open-files"));
    expect(await screen.findByText("Такой документ уже есть")).toBeTruthy();
    expect(screen.getByTestId("note-what").textContent).toBe(text("errors.app.too-large.what"));
    expect(screen.getByTestId("note-why").textContent).toContain("50 МБ");
  });

  it("dropped files are reported the same way, and dragging shows where to drop", async () => {
    const { fake } = await openApp();
    await act(() => import("@tauri-apps/api/event").then(({ emit }) => emit("tauri://drag-enter")));
    expect(await screen.findByTestId("drop-overlay")).toBeTruthy();
    await act(() => import("@tauri-apps/api/event").then(({ emit }) => emit("tauri://drag-drop")));
    await waitFor(() => expect(screen.queryByTestId("drop-overlay")).toBeNull());
    await act(() => fake.emit("imported", [{ name: "a.xml", documentId: "doc-0003", draftId: null, duplicateOf: null, signatures: 0, renewed: false, letter: null, error: null, problems: [] }]));
    await waitFor(() => expect(window.location.hash).toBe("#/documents/doc-0003"));
  });
});

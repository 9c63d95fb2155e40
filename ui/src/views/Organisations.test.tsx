import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { card, demoMine, link, notPermitted, registration, standing } from "../testing/demoCabinet";
import { FakeHost, readyState, uiError } from "../testing/fakeHost";
import { openApp } from "../testing/render";
import { text } from "../testing/texts";

const open = (fake = new FakeHost()) => openApp(fake, "/organisations");

describe("the list", () => {
  it("says in one sentence that the portal offers nothing, and shows the vault", async () => {
    const fake = new FakeHost();
    fake.mine = demoMine({ presence: "absent", at: null, links: [], cards: [card({ oid: null, status: null })] });
    await open(fake);
    expect((await screen.findByTestId("absent")).textContent).toContain(text("ui.organisations.absent"));
    expect(screen.queryByTestId("link")).toBeNull();
    expect(screen.queryByTestId("unlink")).toBeNull();
    expect(screen.getByTestId("organisation-cards").children).toHaveLength(1);
  });

  it("keeps the older list when the portal does not answer", async () => {
    const fake = new FakeHost();
    fake.mine = demoMine({ error: uiError("portal.unreachable", {}, true) });
    await open(fake);
    expect(await screen.findByText(text("errors.portal.unreachable.what"))).toBeTruthy();
    expect(screen.getByTestId("organisation-cards").children).toHaveLength(3);
  });

  it("is found by ИНН and by parts of a name", async () => {
    const { user } = await open();
    const field = await screen.findByTestId("organisation-search");
    await user.type(field, "балт");
    expect(screen.getByTestId("organisation-cards").children).toHaveLength(1);
    await user.clear(field);
    await user.type(field, "5001");
    expect(screen.getByTestId("organisation-cards").textContent).toContain("ИП Лаптева");
    await user.type(field, "999");
    expect(screen.getByText(text("ui.organisations.nothing"))).toBeTruthy();
  });

  it("enters an organisation", async () => {
    const { user, fake } = await open();
    await user.click(await screen.findByTestId("enter"));
    await waitFor(() => expect(fake.state.organisation?.name).toBe("ИП Лаптева О. Н."));
    expect(window.location.hash).toBe("#/today");
  });
});

describe("linking", () => {
  it("is refused with the reason where the role does not allow it", async () => {
    const fake = new FakeHost();
    fake.mine = demoMine({ linkingRefused: notPermitted("link.manage", "Нужна роль администратора.") });
    await open(fake);
    expect(await screen.findByTestId("link")).toHaveProperty("disabled", true);
    expect(screen.getByTestId("linking-refused").textContent).toContain("Нужна роль администратора.");
  });

  it("sends nothing that is incomplete, and names what is missing", async () => {
    const { user, fake } = await open();
    await user.click(await screen.findByTestId("link"));
    await user.click(screen.getByTestId("accept-terms"));
    await user.type(screen.getByTestId("link-inn"), "770708");
    expect((await screen.findByTestId("meter")).textContent).toContain("0 из 12");
    await user.click(screen.getByTestId("link-submit"));
    expect(fake.called("request_link")).toHaveLength(0);
    expect(screen.getByTestId("link-form").textContent).toContain(text("ui.organisations.form.fields.bik"));
    expect(screen.getByTestId("link-form").textContent).toContain(text("requisites.length", { actual: "6", expected: "10/12" }));
  });

  it("warns after refusals before the next attempt", async () => {
    const fake = new FakeHost();
    fake.mine = demoMine({ refusals: 2 });
    const { user } = await open(fake);
    await user.click(await screen.findByTestId("link"));
    expect((await screen.findByTestId("refusals")).textContent).toContain(text("ui.organisations.form.warning", { count: 2 }));
  });

  it("keeps the form filled when the portal refuses", async () => {
    const fake = new FakeHost();
    fake.mine = demoMine({ documents: [] });
    fake.fail("request_link", uiError("cabinet.refused.requisites-mismatch", { fields: "bik", message: "Нет такого банка" }));
    fake.on("check_link", () => ({ kind: "legal", problems: [], missing: [], filled: 12, total: 12, ready: true }));
    const { user } = await open(fake);
    await user.click(await screen.findByTestId("link"));
    await user.type(screen.getByTestId("link-inn"), "7707083893");
    await user.click(screen.getByTestId("accept-terms"));
    await user.click(screen.getByTestId("link-submit"));
    expect(await screen.findByText(text("errors.cabinet.refused.requisites-mismatch.what"))).toBeTruthy();
    expect(screen.getByTestId("link-inn")).toHaveProperty("value", "7707083893");
  });

  it("tells what is awaited and holds the repeat back until its time", async () => {
    const fake = new FakeHost();
    fake.mine = demoMine({ links: [link({ repeatAt: null })] });
    const { user } = await open(fake);
    const row = await screen.findByTestId("link-7707083893");
    expect(row.textContent).toContain(text("ui.organisations.status.awaiting-director"));
    await user.click(within(row).getByTestId("link-repeat"));
    await waitFor(() => expect(within(screen.getByTestId("link-7707083893")).getByTestId("link-repeat")).toHaveProperty("disabled", true));
  });

  it("offers nothing to a request whose answer was lost but the refresh", async () => {
    const fake = new FakeHost();
    fake.mine = demoMine({ links: [link({ status: "unknown", number: null })] });
    await open(fake);
    const row = await screen.findByTestId("link-7707083893");
    expect(row.textContent).toContain(text("ui.organisations.links.unknown"));
    expect(within(row).queryByTestId("link-withdraw")).toBeNull();
  });
});

describe("leaving", () => {
  it("lists the applications in the way and unlinks nothing", async () => {
    const fake = new FakeHost();
    fake.on("unlink_organisation", () => ({ done: false, orders: [{ order: "4711", title: "Заявление о льготе" }], unsent: 0 }));
    const { user } = await open(fake);
    await user.click((await screen.findAllByTestId("unlink"))[0]!);
    await user.click(await screen.findByTestId("unlink-confirm"));
    expect((await screen.findByTestId("open-orders")).textContent).toContain("Заявление о льготе (№ 4711)");
  });

  it("offers the export and asks for a second word before anything is deleted", async () => {
    const { user, fake } = await open();
    await user.click((await screen.findAllByTestId("unlink"))[0]!);
    await user.click(await screen.findByTestId("unlink-confirm"));
    expect(await screen.findByTestId("export-first")).toBeTruthy();
    expect(screen.getByTestId("remove-confirm")).toHaveProperty("disabled", true);
    await user.click(screen.getByTestId("remove-sure"));
    await user.click(screen.getByTestId("remove-confirm"));
    await waitFor(() => expect(fake.called("remove_organisation")).toHaveLength(1));
    expect(fake.called("remove_organisation")[0]?.args).toEqual({ id: "org-wind", fromBackups: false });
    await waitFor(() => expect(screen.getByTestId("said").textContent).toContain(text("ui.organisations.removal.left", { count: 2 })));
  });

  it("is not offered to who may not, and says why", async () => {
    await open();
    const row = await screen.findByTestId("card-500100732259");
    expect(within(row).getByTestId("unlink")).toHaveProperty("disabled", true);
    expect(within(row).getByTestId("unlink-refused").textContent).toContain(text("errors.app.not-permitted.what"));
  });
});

describe("what the role does not allow", () => {
  const refused = standing({ refused: [{ code: "signing.sign", error: notPermitted("signing.sign", "Нет доверенности.") }] });

  it("cannot be pressed, and says why", async () => {
    const fake = new FakeHost(readyState({ standing: refused }));
    const ready = fake.documents.find((row) => row.stage === "ready")!;
    await openApp(fake, `/documents/${ready.id}`);
    const sign = await screen.findByTestId("primary-action");
    expect(sign).toHaveProperty("disabled", true);
    expect(sign.getAttribute("aria-description")).toEqual(expect.stringContaining("Нет доверенности."));
  });

  it("is all allowed where the portal has said nothing", async () => {
    const fake = new FakeHost();
    const ready = fake.documents.find((row) => row.stage === "ready")!;
    await openApp(fake, `/documents/${ready.id}`);
    expect(await screen.findByTestId("primary-action")).toHaveProperty("disabled", false);
  });
});

describe("registrations", () => {
  it("bring the documents the portal names, and a corrected one takes the place of the refused", async () => {
    const fake = new FakeHost();
    fake.registrations = [registration({ status: "refused", expected: null, missing: [], clarifications: [], reason: "Устав не читается" })];
    fake.on("check_registration", () => ({ kind: "legal", problems: [], missing: [], filled: 8, total: 8, ready: true }));
    const { user } = await open(fake);
    await user.click(await screen.findByTestId("registration-fix"));
    expect(await screen.findByText(text("ui.organisations.form.correctTitle"))).toBeTruthy();
    expect(screen.getByTestId("document-decision")).toBeTruthy();
    await user.click(screen.getByTestId("accept-terms"));
    await user.click(screen.getByTestId("link-submit"));
    await waitFor(() => expect(fake.called("correct_registration")).toHaveLength(1));
    expect(fake.called("register_organisation")).toHaveLength(0);
  });

  it("take a document with the answer to a question", async () => {
    const fake = new FakeHost();
    const { user } = await open(fake);
    const question = await screen.findByTestId("question-q-1");
    await user.type(within(question).getByLabelText(text("ui.organisations.registration.answer")), "Вот");
    expect(within(question).getByTestId("question-document")).toBeTruthy();
    await user.click(within(question).getByTestId("question-send"));
    await waitFor(() => expect(fake.called("clarify_registration")[0]).toMatchObject({ args: { text: "Вот", document: null } }));
  });
});

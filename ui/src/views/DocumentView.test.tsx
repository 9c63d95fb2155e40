import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { twoServices } from "../testing/demoDocuments";
import { accountant, director, fullScan, scanOf } from "../testing/demoPeople";
import { DOUBTFUL } from "../testing/demoSigningPoa";
import { shownOf } from "../testing/fakeSigning";
import { FakeHost, readyState, uiError } from "../testing/fakeHost";
import { openApp } from "../testing/render";
import { text } from "../testing/texts";

const open = async (id: string, fake = new FakeHost()) => {
  const opened = await openApp(fake, `/documents/${id}`);
  await screen.findByTestId("primary-action");
  return opened;
};

describe("the document page", () => {
  it.each([
    ["doc-0001", "show-errors", "you"],
    ["doc-0002", "sign", "you"],
    ["doc-0004", "send", "you"],
    ["doc-0008", "sign-in", "program"],
    ["doc-0005", "sync", "program"],
    ["doc-0007", "sync", "authority"],
    ["doc-0000", "open-fixed", "you"],
    ["doc-0012", "export", "nobody"],
  ])("%s offers %s and says who acts next", async (id, action, actor) => {
    await open(id);
    expect(screen.getByTestId("primary-action").dataset.action).toBe(action);
    expect(screen.getByTestId("next-actor").dataset.actor).toBe(actor);
  });

  it("shows the document for reading beside the file with line numbers", async () => {
    await open("doc-0002");
    expect(within(screen.getByTestId("readable")).getByRole("heading", { name: "Анкетные данные застрахованного лица" })).toBeTruthy();
    expect(screen.getByTestId("line-1").textContent).toContain("<?xml");
    expect(screen.queryByTestId("line-2000")).toBeNull();
  });

  it("reads as a document: nested headings, fields and tables with names, nothing said twice", async () => {
    await open("doc-0004");
    const article = within(screen.getByTestId("readable"));
    const title = article.getByRole("heading", { level: 2 }).textContent ?? "";
    const headings = article.getAllByRole("heading").slice(1).map((heading) => heading.textContent ?? "");
    expect(headings.filter((heading) => title.startsWith(heading))).toEqual([]);
    expect(article.getByRole("heading", { level: 3 }).textContent).toBe("Акт сверки взаимных расчетов, информация отправителя");
    expect(article.getAllByRole("heading", { level: 4 }).length).toBeGreaterThan(1);
    expect(article.getByRole("heading", { level: 5, name: "Сведения о договоре" })).toBeTruthy();
    expect(article.getAllByRole("table", { name: "Сведения об операциях" }).length).toBe(3);
  });

  it("leads from a finding to its line", async () => {
    const { user } = await open("doc-0001");
    expect(screen.getAllByTestId("finding").map((finding) => finding.dataset.code)).toEqual(["xsd.pattern", "xsd.missing-element", "file-name.recipient"]);
    await user.click(screen.getByTestId("show-line-31"));
    const line = await screen.findByTestId("line-31");
    expect(line.dataset.marked).toBe("true");
    expect(line.getAttribute("aria-current")).toBe("location");
  });

  it("gives signatures a verdict in words, with reasons", async () => {
    const { user } = await open("doc-0004");
    await user.click(screen.getByTestId("tab-signatures"));
    const signatures = await screen.findAllByTestId("signature");
    expect(signatures.map((signature) => signature.dataset.verdict)).toEqual(["valid", "unknown"]);
    expect(signatures[0]?.textContent).toContain("Подпись верна");
    expect(signatures[1]?.textContent).toContain("нет сведений о том, не отозван ли сертификат");
  });

  it("tells under which power of attorney it was signed, on whose word, and whether that was allowed", async () => {
    const fake = new FakeHost();
    const doubt = { number: DOUBTFUL, code: "poa.registry-stale", params: { hours: "48" }, weight: "doubt" };
    const revoked = { number: DOUBTFUL, code: "poa.revoked", params: { at: "2026-11-29T10:00:00Z" }, weight: "bar" };
    fake.signedUnder.set("doc-0004", [
      { number: DOUBTFUL, documentId: null, signature: "ON_AKTSVEROTP_1.xml.sig", at: "2026-11-28T10:00:00Z", judgement: { verdict: "cannot-tell", reasons: [doubt] }, word: "2026-11-28T09:59:00Z" },
    ]);
    fake.authority = { number: DOUBTFUL, by: "recorded", at: "2026-11-29T12:00:00Z", basis: "now", judgement: { verdict: "not-allowed", reasons: [revoked] } };
    const { user } = await open("doc-0004", fake);
    await user.click(screen.getByTestId("tab-signatures"));
    const under = await screen.findByTestId("signed-under");
    expect(under.textContent).toContain(`По доверенности ${DOUBTFUL}`);
    expect(under.textContent).toContain("Сведения реестра устарели: им 48 ч");
    expect(under.textContent).toContain(text("ui.document.signedUnderWord"));
    const authority = screen.getByTestId("authority");
    expect(authority.dataset.verdict).toBe("not-allowed");
    expect(authority.textContent).toContain("По данным реестра доверенность отозвана");
    expect(authority.textContent).toContain("время подписи не подтверждено штампом");
  });

  it("explains a lost answer and promises not to send twice", async () => {
    await open("doc-0005");
    const note = screen.getByTestId("outcome-unknown").textContent;
    expect(note).toContain("Ответ портала потерялся");
    expect(note).toContain("не отправит документ второй раз");
  });

  it("that does not exist is explained", async () => {
    await openApp(new FakeHost(), "/documents/none");
    expect((await screen.findByTestId("error-what")).textContent).toBe(text("errors.app.not-found.what"));
  });

  it("saves a copy and says so; a cancelled choice of a folder says nothing", async () => {
    const fake = new FakeHost().on("export_documents", () => false);
    const { user } = await open("doc-0002", fake);
    await user.click(screen.getByTestId("export"));
    expect(screen.queryByText("Копия сохранена")).toBeNull();
    fake.on("export_documents", () => true);
    await user.click(screen.getByTestId("export"));
    expect(await screen.findByText("Копия сохранена")).toBeTruthy();
  });
});

describe("the signing sheet", () => {
  it("offers the one who is signed in and carries the name on the button", async () => {
    const { fake, user } = await open("doc-0002");
    await user.click(screen.getByTestId("primary-action"));
    const confirm = await screen.findByTestId("sign-confirm");
    await waitFor(() => expect(confirm.textContent).toBe(`Подписать: ${director.holder}`));
    expect(screen.getByTestId("check-certificate-revocation").dataset.state).toBe("warning");
    await waitFor(() => expect(confirm).toHaveProperty("disabled", false));
    await user.click(confirm);
    expect((await screen.findByTestId("sign-results")).dataset.signed).toBe("1");
    expect(fake.called("start_signing")[0]?.args).toEqual({ request: { documents: [{ id: "doc-0002", shown: shownOf("doc-0002") }], certificateId: director.id, unopened: 0 } });
    await user.click(screen.getByTestId("sign-done"));
    await waitFor(() => expect(screen.getByTestId("primary-action").dataset.action).toBe("send"));
  });

  it("leaves the choice to the user when several could sign, and checks again for the chosen one", async () => {
    const { fake, user } = await open("doc-0002", new FakeHost(readyState({ session: null })));
    await user.click(screen.getByTestId("primary-action"));
    expect(await screen.findByTestId(`signer-${accountant.id}`)).toBeTruthy();
    expect(screen.getByTestId("sign-confirm")).toHaveProperty("disabled", true);
    await user.click(screen.getByTestId(`signer-${accountant.id}`));
    await waitFor(() => expect(fake.called("preflight").at(-1)?.args).toEqual({ documents: ["doc-0002"], certificateId: accountant.id, poa: null }));
    await waitFor(() => expect(screen.getByTestId("sign-confirm")).toHaveProperty("disabled", false));
  });

  it("refuses while a check fails", async () => {
    const fake = new FakeHost().on("preflight", () => ({ canSign: false, documents: [], poa: null, checks: [{ code: "clock", state: "failed", params: {} }] }));
    const { user } = await open("doc-0002", fake);
    await user.click(screen.getByTestId("primary-action"));
    expect(await screen.findByText(/Часы компьютера неверны/)).toBeTruthy();
    expect(screen.getByTestId("sign-confirm")).toHaveProperty("disabled", true);
  });

  it("waits for a token instead of failing", async () => {
    const fake = new FakeHost();
    fake.scan = scanOf();
    const { user } = await open("doc-0002", fake);
    await user.click(screen.getByTestId("primary-action"));
    expect(await screen.findByTestId("no-signer")).toBeTruthy();
    fake.scan = fullScan;
    await act(() => fake.emit("tokens-changed", null));
    expect(await screen.findByTestId(`signer-${director.id}`)).toBeTruthy();
  });

  it("a wrong PIN keeps the sheet open with its choice", async () => {
    const fake = new FakeHost().fail("start_signing", uiError("token.pin-incorrect", {}, true));
    const { user } = await open("doc-0002", fake);
    await user.click(screen.getByTestId("primary-action"));
    await waitFor(() => expect(screen.getByTestId("sign-confirm")).toHaveProperty("disabled", false));
    await user.click(screen.getByTestId("sign-confirm"));
    expect((await screen.findByTestId("error-what")).textContent).toBe(text("errors.token.pin-incorrect.what"));
    expect(screen.getByTestId("sign-confirm").textContent).toBe(`Подписать: ${director.holder}`);
  });
});

describe("sending", () => {
  it("with one service needs one more press", async () => {
    const { fake, user } = await open("doc-0004");
    await user.click(screen.getByTestId("primary-action"));
    await user.click(await screen.findByTestId("send-confirm"));
    await waitFor(() => expect(fake.called("send_document")[0]?.args).toEqual({ id: "doc-0004", service: "10000000374" }));
    await waitFor(() => expect(screen.queryByTestId("send-confirm")).toBeNull());
  });

  it("with several services asks which", async () => {
    const fake = new FakeHost();
    fake.services = twoServices;
    const { user } = await open("doc-0004", fake);
    await user.click(screen.getByTestId("primary-action"));
    expect(await screen.findByTestId("send-confirm")).toHaveProperty("disabled", true);
    await user.click(screen.getByTestId("service-10000000109"));
    await user.click(screen.getByTestId("send-confirm"));
    await waitFor(() => expect(fake.called("send_document")[0]?.args).toEqual({ id: "doc-0004", service: "10000000109" }));
  });

  it("offline says the document will leave by itself; an error keeps the dialog", async () => {
    const fake = new FakeHost(readyState({ network: "offline" })).fail("send_document", uiError("app.wrong-stage"));
    const { user } = await open("doc-0004", fake);
    await user.click(screen.getByTestId("primary-action"));
    expect(await screen.findByText(/встанет в очередь и уйдёт сам/)).toBeTruthy();
    await user.click(screen.getByTestId("send-confirm"));
    expect((await screen.findByTestId("error-what")).textContent).toBe(text("errors.app.wrong-stage.what"));
    expect(screen.getByTestId("send-confirm")).toBeTruthy();
  });

  it("a document for which no service exists is only saved", async () => {
    const fake = new FakeHost();
    fake.services = [];
    await open("doc-0004", fake);
    expect(screen.getByTestId("primary-action").dataset.action).toBe("export");
    expect(screen.getByTestId("next-actor").textContent).toContain("отправки на портал нет");
  });
});

import { act, configure, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { director, foreign, fullScan } from "../testing/demoPeople";
import { DOUBTFUL, GOOD, WEAK, poasOf } from "../testing/demoSigningPoa";
import { FakeHost, readyState, uiError } from "../testing/fakeHost";
import { openApp } from "../testing/render";
import { text } from "../testing/texts";

// What is waited for comes, however busy the computer is.
configure({ asyncUtilTimeout: 8000 });

const READY = ["doc-0002", "doc-0003", "doc-0010"];
const noTokens = { ...fullScan, tokens: [], certificates: [], problems: [], expiring: [] };

/** A host with a dozen documents, three of which wait for a signature. */
const dozen = () => new FakeHost(readyState(), 12);

/** The sheet with these three in it. */
async function sheet(fake = dozen()) {
  const opened = await openApp(fake, "/today");
  await opened.user.click(await screen.findByTestId("sign-all"));
  await screen.findByTestId("signing-sheet");
  return { ...opened, fake };
}

/** And agreed to, so that signing has begun. */
async function begun(fake = dozen()) {
  const opened = await sheet(fake);
  await opened.user.click(await screen.findByTestId("agree-unopened"));
  await press(opened.user, "sign-confirm");
  return opened;
}

/** Clicks once the button can be clicked: what it needs may still be on its way. */
async function press(user: Awaited<ReturnType<typeof openApp>>["user"], id: string) {
  await waitFor(() => expect(screen.getByTestId(id)).toHaveProperty("disabled", false));
  await user.click(screen.getByTestId(id));
}

const state = (id: string) => screen.getByTestId(`result-${id}`).dataset.state;
const pulled = () => {
  const fake = dozen();
  fake.signing.breaks = { after: 1, error: uiError("token.removed", {}, true) };
  return fake;
};

describe("what nobody has opened", () => {
  it("is marked, counted in words and signed only when the user agrees", async () => {
    const fake = dozen();
    fake.opened.set("doc-0002", "doc-0002".padEnd(64, "0"));
    const { user } = await sheet(fake);
    await screen.findByText("Подписать, не открывая: 2 документа");
    expect(within(screen.getByTestId("what-doc-0002")).queryByText("не открывался")).toBeNull();
    expect(within(screen.getByTestId("what-doc-0003")).getByText("не открывался")).toBeTruthy();
    expect(screen.getByTestId("sign-confirm")).toHaveProperty("disabled", true);
    await user.click(screen.getByTestId("agree-unopened"));
    await press(user, "sign-confirm");
    await waitFor(() => expect(fake.called("start_signing")[0]?.args).toMatchObject({ request: { unopened: 2 } }));
  });

  it("is noted once its page was shown, and not asked about then", async () => {
    const fake = dozen();
    const { user } = await openApp(fake, "/documents/doc-0002");
    await waitFor(() => expect(fake.called("note_opened")).toHaveLength(1));
    expect(fake.called("note_opened")[0]?.args).toEqual({ id: "doc-0002", shown: "doc-0002".padEnd(64, "0") });
    await user.click(await screen.findByTestId("primary-action"));
    await waitFor(() => expect(screen.getByTestId("sign-confirm")).toHaveProperty("disabled", false));
    expect(screen.queryByTestId("agree-unopened")).toBeNull();
  });
});

describe("a run", () => {
  it("shows how far it is, which document is being signed, and ends with all of them", async () => {
    const fake = dozen();
    let release = () => {};
    fake.signing.hold = (signed) => (signed === 1 ? new Promise<void>((done) => (release = done)) : Promise.resolve());
    await begun(fake);
    await waitFor(() => expect(screen.getByTestId("run-phase").textContent).toContain("Подписано 1 из 3"));
    expect(screen.getByTestId("run-phase").dataset.phase).toBe("signing");
    expect(state("doc-0002")).toBe("signed");
    expect(within(screen.getByTestId("result-doc-0003")).getByText("подписывается")).toBeTruthy();
    await act(async () => release());
    await screen.findByTestId("sign-done");
    expect(screen.getByTestId("sign-results").dataset.signed).toBe("3");
    expect(screen.getByTestId("run-outcome").textContent).toBe("Подписаны 3 документа");
  });

  it("says where the person has to confirm", async () => {
    const fake = dozen();
    let end: (run: unknown) => void = () => {};
    fake.on("start_signing", () => new Promise((done) => (end = done)));
    await begun(fake);
    const progress = { runId: "r", phase: "device" as const, signed: 0, total: 3, current: "Акт", settled: null };
    await act(() => fake.emit("signing-progress", progress));
    expect((await screen.findByTestId("run-phase")).textContent).toContain("Подтвердите на устройстве");
    await act(async () => end(fake.signing.leave(READY, 3, director)));
  });

  it("can be stopped and goes on with exactly what is left", async () => {
    const fake = dozen();
    let release = () => {};
    fake.signing.hold = (signed) => (signed === 1 ? new Promise<void>((done) => (release = done)) : Promise.resolve());
    const { user } = await begun(fake);
    await screen.findByText("Подписано 1 из 3");
    await press(user, "sign-stop");
    await waitFor(() => expect(fake.called("stop_signing")).toHaveLength(1));
    fake.signing.hold = () => Promise.resolve();
    await act(async () => release());
    expect((await screen.findByTestId("note-what")).textContent).toBe(text("errors.app.signing-stopped.what"));
    expect(screen.getByTestId("sign-results").dataset.signed).toBe("1");
    await press(user, "sign-continue");
    await waitFor(() => expect(screen.getByTestId("run-outcome").textContent).toBe("Подписаны 3 документа"));
    expect(fake.called("continue_signing")[0]?.args).toEqual({ run: "run-1", retry: false });
  });

  it("broken off by a pulled token waits for the same one and names it", async () => {
    const fake = pulled();
    const { user } = await begun(fake);
    expect((await screen.findByTestId("note-what")).textContent).toBe(text("errors.token.removed.what"));
    expect(screen.getByTestId("run-outcome").textContent).toBe("Подписано 1 из 3. Подписанное сохранено.");
    expect([state("doc-0002"), state("doc-0003"), state("doc-0010")]).toEqual(["signed", "waiting", "waiting"]);
    fake.scan = noTokens;
    await act(() => fake.emit("tokens-changed", null));
    await waitFor(() => expect(screen.getByTestId("sign-continue")).toHaveProperty("disabled", true));
    expect(screen.getByTestId("run-hint").textContent).toContain(director.token?.serial);
    fake.scan = fullScan;
    await act(() => fake.emit("tokens-changed", null));
    expect(screen.getByTestId("sign-continue").textContent).toBe("Продолжить: осталось 2 документа");
    await press(user, "sign-continue");
    await waitFor(() => expect(screen.getByTestId("sign-results").dataset.signed).toBe("3"));
  });

  it("a refusal when it is to go on leaves it where it was", async () => {
    const fake = pulled();
    const { user } = await begun(fake);
    await screen.findByTestId("sign-continue");
    fake.fail("continue_signing", uiError("app.preflight", { check: "certificate-revocation" }));
    await press(user, "sign-continue");
    expect((await screen.findByTestId("error-what")).textContent).toBe(text("errors.app.preflight.what"));
    expect(screen.getByTestId("sign-continue").textContent).toBe("Продолжить: осталось 2 документа");
  });

  it("names each document that failed, with its reason on top, and tries only those again", async () => {
    const fake = dozen();
    fake.signing.fails = (item) => (item.documentId === "doc-0003" ? uiError("app.document-changed", { title: item.title }) : null);
    const { user } = await begun(fake);
    await screen.findByTestId("sign-retry");
    const rows = screen.getAllByTestId(/^result-/);
    expect(rows[0]?.dataset.testid).toBe("result-doc-0003");
    expect(rows[0]?.textContent).toContain("Документ изменился");
    expect(screen.queryByTestId("sign-continue")).toBeNull();
    fake.signing.fails = () => null;
    await press(user, "sign-retry");
    await waitFor(() => expect(screen.getByTestId("sign-results").dataset.signed).toBe("3"));
    expect(fake.called("continue_signing")[0]?.args).toEqual({ run: "run-1", retry: true });
  });
});

describe("an unfinished run", () => {
  const left = () => {
    const fake = dozen();
    fake.signing.leave([...READY, "doc-0011"], 1, director);
    return fake;
  };

  it.each(["/today", "/documents"])("of an earlier start is offered on %s and goes on from there", async (path) => {
    const fake = left();
    const { user } = await openApp(fake, path);
    const banner = await screen.findByTestId("unfinished-run");
    expect(banner.textContent).toContain("Подписано 1 из 4");
    expect(banner.textContent).toContain(director.holder);
    await user.click(screen.getByTestId("run-go-on"));
    await press(user, "sign-continue");
    await waitFor(() => expect(screen.getByTestId("sign-results").dataset.signed).toBe("4"));
    await user.click(screen.getByTestId("sign-done"));
    await waitFor(() => expect(screen.queryByTestId("unfinished-run")).toBeNull());
  });

  it("is given up only after a question that says what stays unsigned", async () => {
    const fake = left();
    const { user } = await openApp(fake, "/documents");
    await user.click(await screen.findByTestId("run-drop"));
    expect((await screen.findByTestId("drop-run")).textContent).toContain("3 документа останутся неподписанными");
    expect(fake.called("drop_signing")).toHaveLength(0);
    await user.click(screen.getByTestId("drop-run-confirm"));
    await waitFor(() => expect(screen.queryByTestId("unfinished-run")).toBeNull());
  });

  it("that is under way can be stopped from outside its sheet", async () => {
    const fake = left();
    const progress = { runId: "run-1", phase: "signing" as const, signed: 1, total: 4, current: null, settled: null };
    fake.on("signing_runs", () => fake.signing.runs.map((run) => ({ ...run, progress })));
    const { user } = await openApp(fake, "/today");
    expect((await screen.findByTestId("run-under-way")).textContent).toContain("Подписано 1 из 4");
    await user.click(screen.getByTestId("banner-stop"));
    expect(fake.called("stop_signing")).toHaveLength(1);
  });
});

describe("somebody whose certificate names no organisation", () => {
  const withPoas = (scenario: string) => {
    const fake = dozen();
    fake.change({ session: null });
    fake.scan = { ...fullScan, certificates: [foreign] };
    fake.signingPoas = poasOf[scenario] ?? [];
    return fake;
  };
  const agree = async (user: Awaited<ReturnType<typeof sheet>>["user"]) => user.click(await screen.findByTestId("agree-unopened"));

  it("is refused with every reason in words, and no PIN is asked for", async () => {
    const { user, fake } = await sheet(withPoas("poa-refused"));
    await agree(user);
    const line = await screen.findByTestId("check-poa-expired");
    expect(line.dataset.state).toBe("failed");
    expect(line.textContent).toContain("Доверенность действовала до");
    expect(screen.getByTestId("sign-confirm")).toHaveProperty("disabled", true);
    await user.click(screen.getByTestId("poa-others"));
    expect(screen.getByTestId(`poa-other-${WEAK}`).textContent).toContain("В доверенности нет нужного полномочия: «Подписывать все первичные документы»");
    expect(fake.called("start_signing")).toHaveLength(0);
  });

  it("is told that there is none", async () => {
    await sheet(withPoas("poa-none"));
    await screen.findByTestId("poa-none");
    expect((await screen.findByTestId("check-poa-none")).dataset.state).toBe("failed");
    expect(screen.queryByTestId("poa-others")).toBeNull();
  });

  it("signs under the best, and the host is told which", async () => {
    const { user, fake } = await sheet(withPoas("poa-allowed"));
    await agree(user);
    expect((await screen.findByTestId("poa-choice")).dataset.chosen).toBe(GOOD);
    await press(user, "sign-confirm");
    await waitFor(() => expect(fake.called("start_signing")[0]?.args).toMatchObject({ request: { poa: GOOD, poaWord: false } }));
  });

  it("gives a word for what could not be checked, for this one only", async () => {
    const { user, fake } = await sheet(withPoas("poa-allowed"));
    await agree(user);
    await user.click(await screen.findByTestId(`poa-${DOUBTFUL}`));
    await waitFor(() => expect(fake.called("preflight").at(-1)?.args).toMatchObject({ poa: DOUBTFUL }));
    await user.click(await screen.findByTestId("poa-word"));
    await waitFor(() => expect(screen.getByTestId("sign-confirm")).toHaveProperty("disabled", false));
    // Another one is another question.
    await user.click(screen.getByTestId(`poa-${GOOD}`));
    await waitFor(() => expect(screen.queryByTestId("poa-word")).toBeNull());
    await user.click(screen.getByTestId(`poa-${DOUBTFUL}`));
    await screen.findByTestId("poa-word");
    await press(user, "sign-confirm");
    await waitFor(() => expect(fake.called("start_signing")[0]?.args).toMatchObject({ request: { poa: DOUBTFUL, poaWord: true } }));
  });

  it("cannot sign without that word", async () => {
    const { user } = await sheet(withPoas("poa-doubt"));
    await agree(user);
    expect((await screen.findByTestId("check-poa-registry-stale")).dataset.state).toBe("warning");
    expect(screen.getByTestId("sign-confirm")).toHaveProperty("disabled", true);
    expect(screen.getByText(text("ui.signing.poa.wordFirst"))).toBeTruthy();
  });

  it("has it written into documents that have to name it, and signs the copies", async () => {
    const fake = withPoas("poa-allowed");
    fake.carriers.add("doc-0002");
    const { user } = await sheet(fake);
    expect((await screen.findByTestId("check-poa-not-inside")).dataset.state).toBe("failed");
    await user.click(screen.getByTestId("poa-attach"));
    await waitFor(() => expect(screen.queryByTestId("poa-to-attach")).toBeNull());
    expect(fake.called("attach_poa")[0]?.args).toEqual({ document: "doc-0002", number: GOOD, certificateId: foreign.id });
    await agree(user);
    await press(user, "sign-confirm");
    await waitFor(() => expect(fake.called("start_signing")).toHaveLength(1));
    const { request } = fake.called("start_signing")[0]?.args as { request: { documents: { id: string }[] } };
    expect(request.documents.map(({ id }) => id)).toEqual(["doc-0002-poa", "doc-0003", "doc-0010"]);
  });

  it("reads why the host refused after all", async () => {
    const fake = withPoas("poa-allowed");
    fake.fail("start_signing", uiError("poa.not-allowed", { number: GOOD, reason: "revoked", at: "2026-11-29T10:00:00Z" }));
    const { user } = await sheet(fake);
    await agree(user);
    await press(user, "sign-confirm");
    expect((await screen.findByTestId("error-detail")).textContent).toContain("По данным реестра доверенность отозвана");
  });
});

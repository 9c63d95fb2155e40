import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { demoChoices, demoWaiting } from "../testing/demoSigning";
import { demoCheck, demoReport, demoSigner, failedCheck } from "../testing/demoVerification";
import { director, scanOf } from "../testing/demoPeople";
import { GOOD } from "../testing/demoSigningPoa";
import { FakeHost, readyState, uiError } from "../testing/fakeHost";
import { openApp } from "../testing/render";
import { text } from "../testing/texts";

const verified = (...verdicts: ("valid" | "unknown" | "invalid")[]) => {
  const fake = new FakeHost();
  fake.toVerify = demoCheck(demoReport(verdicts.map((verdict, index) => demoSigner(verdict, { id: `${index}` }))));
  return fake;
};

async function choose(fake: FakeHost) {
  const opened = await openApp(fake, "/verify");
  await opened.user.click(await screen.findByTestId("verify-zone-choose"));
  return opened;
}

describe("verifying a file", () => {
  it.each([
    ["named", null, "cannot-tell", "Этой доверенности нет в программе"],
    ["none", null, "cannot-tell", "доверенность не указана"],
    ["named", { verdict: "allowed", reasons: [] }, "allowed", "подтверждён штампом времени"],
  ] as const)("says by what right a person signed: %s, %j", async (by, judgement, verdict, words) => {
    const fake = new FakeHost();
    const authority = { number: by === "none" ? null : GOOD, by, at: "2026-11-29T10:00:00Z", basis: "stamp", judgement: judgement && { ...judgement, reasons: [] } };
    fake.toVerify = demoCheck(demoReport([demoSigner("valid", { authority })]));
    await choose(fake);
    const said = await screen.findByTestId("sentence-authority");
    expect(said.textContent).toContain(text(`ui.authority.verdicts.${verdict}`));
    expect(said.textContent).toContain(words);
  });

  it("is reached from the rail and takes dropped files for itself only while it is in sight", async () => {
    const { fake, user } = await openApp();
    await user.click(screen.getByTestId("nav-verify"));
    await screen.findByTestId("verify-zone");
    await user.click(screen.getByTestId("nav-today"));
    await waitFor(() => expect(fake.called("aim_drops").map((call) => call.args)).toEqual([{ target: "verify" }, { target: "import" }]));
  });

  it.each(["valid", "unknown", "invalid"] as const)("says %s in a word, with an icon, and in four sentences", async (verdict) => {
    await choose(verified(verdict));
    const line = await screen.findByTestId("verdict");
    expect(line.textContent).toContain(text(`signature.verdict.${verdict}`));
    expect(line.querySelector("svg")).toBeTruthy();
    expect(line.getAttribute("role")).toBe("status");
    const card = screen.getByTestId("signature");
    for (const topic of ["who", "what", "when", "allowed"]) {
      expect(within(card).getByTestId(`sentence-${topic}`).textContent).toContain(text(`verification.heading.${topic}`));
    }
    expect(card.textContent).not.toContain("verification.");
    expect(within(card).getByTestId("signature-details").textContent).toContain("26.11.2026, 10:12:00 (МСК)");
  });

  it("never offers to ask the network where nothing is missing", async () => {
    await choose(verified("invalid"));
    await screen.findByTestId("verdict");
    expect(screen.queryByTestId("missing")).toBeNull();
  });

  it("gets what is missing in one click", async () => {
    const { fake, user } = await choose(verified("unknown"));
    await user.click(await screen.findByTestId("fetch-missing"));
    await waitFor(() => expect(screen.getByTestId("verdict").dataset.verdict).toBe("valid"));
    expect(fake.called("check_online")).toHaveLength(1);
    expect(screen.queryByTestId("missing")).toBeNull();
  });

  it("says when the network was asked in vain", async () => {
    const fake = verified("unknown");
    fake.on("check_online", () => demoCheck(demoReport([demoSigner("unknown")], { online: true, missing: ["http://ca.example/crl"] })));
    const { user } = await choose(fake);
    await user.click(await screen.findByTestId("fetch-missing"));
    await waitFor(() => expect(screen.getByTestId("missing").textContent).toContain(text("ui.verify.fetched")));
    expect(screen.getByTestId("file-digests").textContent).toContain("http://ca.example/crl");
  });

  it("shows every signature and lets one bad one decide", async () => {
    const fake = new FakeHost();
    const counter = demoSigner("valid", { id: "1.1" });
    fake.toVerify = demoCheck(demoReport([demoSigner("valid", { counterSignatures: [counter] }), demoSigner("invalid", { id: "2" })]));
    await choose(fake);
    expect((await screen.findByTestId("verdict")).textContent).toContain(text("verification.headline.invalid", { count: 2 }));
    expect(screen.getAllByTestId("signature").map((card) => card.dataset.verdict)).toEqual(["valid", "valid", "invalid"]);
    expect(screen.getByRole("article", { name: text("verification.label.counterSignature", { number: 1 }) })).toBeTruthy();
  });

  it("asks for the signed file when it is needed", async () => {
    const fake = new FakeHost();
    fake.toVerify = failedCheck("акт.pdf.sig", uiError("signature.content-required"));
    const { user } = await choose(fake);
    const asked = await screen.findByTestId("content-needed");
    expect(asked.textContent).toContain("Укажите файл, который подписан");
    expect(screen.queryByTestId("verdict")).toBeNull();
    await user.click(screen.getByTestId("choose-content"));
    await waitFor(() => expect(screen.getByTestId("verdict").dataset.verdict).toBe("valid"));
  });

  it("calls a file that is no signature neither valid nor invalid", async () => {
    const fake = new FakeHost();
    fake.toVerify = failedCheck("отпуск.jpg", uiError("signature.unreadable"));
    const { user } = await choose(fake);
    expect((await screen.findByTestId("error")).dataset.code).toBe("signature.unreadable");
    expect(screen.queryByTestId("verdict")).toBeNull();
    await user.click(screen.getByTestId("verify-another"));
    expect(await screen.findByTestId("verify-zone")).toBeTruthy();
  });

  it("saves the protocol, and says so only when it was written", async () => {
    const fake = verified("valid").on("save_protocol", () => false);
    const { user } = await choose(fake);
    await user.click(await screen.findByTestId("save-protocol"));
    await waitFor(() => expect(fake.called("save_protocol")).toHaveLength(1));
    expect(screen.queryByText(text("ui.verify.saved"))).toBeNull();
    fake.on("save_protocol", () => true);
    await user.click(screen.getByTestId("save-protocol"));
    expect(await screen.findByText(text("ui.verify.saved"))).toBeTruthy();
  });

  it("tells what it is busy with, and shows what the host verified of itself", async () => {
    const { fake } = await openApp(new FakeHost(), "/today");
    fake.verified = { file: "акт.pdf.sig", report: null, error: null };
    await act(() => fake.emit("file-check", { file: "акт.pdf.sig", report: null, error: null }));
    expect((await screen.findByTestId("checking")).textContent).toContain("акт.pdf.sig");
    await act(() => fake.emit("file-check", demoCheck(demoReport([demoSigner("valid")]))));
    expect((await screen.findByTestId("verdict")).dataset.verdict).toBe("valid");
  });

  it("raises what was verified into a new file", async () => {
    const { fake, user } = await choose(new FakeHost());
    await user.click(await screen.findByTestId("raise"));
    await user.click(await screen.findByTestId("raise-long-term"));
    await user.click(screen.getByTestId("raise-confirm"));
    expect((await screen.findByTestId("raised")).textContent).toContain("(2).sig");
    expect(fake.called("raise_verified")[0]?.args).toEqual({ level: "long-term" });
  });

  it("keeps the dialog open when there is no stamp to be had, and offers nothing for a forged file", async () => {
    const { user } = await choose(new FakeHost().fail("raise_verified", uiError("app.time-stamp", { why: "x" }, true)));
    await user.click(await screen.findByTestId("raise"));
    await user.click(await screen.findByTestId("raise-confirm"));
    expect((await screen.findByTestId("error")).dataset.code).toBe("app.time-stamp");
    expect(screen.getByTestId("raise-dialog")).toBeTruthy();
  });

  it("shows a verdict that came before this screen listened", async () => {
    const fake = new FakeHost();
    // The end of the check was told while nobody listened yet: only the host knows of it.
    fake.verified = demoCheck(demoReport([demoSigner("valid")]));
    await openApp(fake, "/verify");
    expect((await screen.findByTestId("verdict")).dataset.verdict).toBe("valid");
  });

  it("needs no vault", async () => {
    const fake = new FakeHost(readyState({ phase: "locked", session: null }));
    const { user } = await openApp(fake);
    await user.click(await screen.findByTestId("go-verify"));
    await user.click(await screen.findByTestId("verify-zone-choose"));
    expect(await screen.findByTestId("verdict")).toBeTruthy();
    await user.click(screen.getByTestId("verify-back"));
    expect(await screen.findByTestId("unlock")).toBeTruthy();
  });
});

describe("signing a file", () => {
  async function chosen(fake = new FakeHost()) {
    const opened = await openApp(fake, "/sign-file");
    await opened.user.click(await screen.findByTestId("sign-zone-choose"));
    await screen.findByTestId("file-to-sign");
    return opened;
  }

  it("goes from the file to the verdict on what was written", async () => {
    const { fake, user } = await chosen();
    const confirm = await screen.findByTestId("sign-file-confirm");
    await waitFor(() => expect(confirm.textContent).toContain(director.holder));
    await user.click(confirm);
    expect((await screen.findByTestId("file-signed")).textContent).toContain("Договор поставки.pdf.sig");
    expect(screen.getByTestId("verdict").dataset.verdict).toBe("valid");
    expect(fake.called("sign_file")[0]?.args).toEqual({
      certificateId: director.id, options: { profile: "file", form: "detached", level: "timestamped", visible: false },
    });
  });

  it("puts the document inside, or adds to an existing signature, only when asked", async () => {
    const { fake, user } = await chosen();
    await user.click(await screen.findByTestId("form-attached"));
    await user.click(await screen.findByTestId("sign-file-confirm"));
    await screen.findByTestId("file-signed");
    expect(fake.called("sign_file")[0]?.args).toMatchObject({ options: { form: "attached" } });
    await user.click(screen.getByTestId("sign-another"));
    await user.click(await screen.findByTestId("sign-zone-choose"));
    await user.click(await screen.findByTestId("choose-existing"));
    expect((await screen.findByTestId("co-sign")).textContent).toContain("Договор поставки.pdf.sig");
    expect(screen.queryByTestId("form-attached")).toBeNull();
  });

  it("takes the rules of a purpose as they are, and lets them be changed", async () => {
    const { fake, user } = await chosen();
    await user.selectOptions(await screen.findByTestId("purpose"), "contract");
    expect(screen.getByTestId("manner").textContent).toContain(text("ui.signFile.forms.pdf"));
    expect(screen.getByTestId("manner").textContent).toContain(text("ui.signFile.levels.long-term"));
    await user.click(screen.getByTestId("level-archive"));
    await user.click(screen.getByTestId("visible"));
    await user.click(await screen.findByTestId("sign-file-confirm"));
    await screen.findByTestId("file-signed");
    expect(fake.called("sign_file")[0]?.args).toMatchObject({ options: { profile: "contract", form: "pdf", level: "archive", visible: true } });
    await user.click(screen.getByTestId("sign-another"));
    await user.click(await screen.findByTestId("sign-zone-choose"));
    await user.selectOptions(await screen.findByTestId("purpose"), "fns");
    expect(screen.queryByTestId("form-pdf")).toBeNull();
    expect(screen.queryByTestId("visible")).toBeNull();
  });

  it("offers no time stamp where there is nobody to give one", async () => {
    const fake = new FakeHost();
    fake.choices = demoChoices({ stamps: false });
    const { user } = await chosen(fake);
    expect(await screen.findByText(text("ui.signFile.noServices"))).toBeTruthy();
    expect(screen.getByTestId("level-timestamped")).toHaveProperty("disabled", true);
    await user.click(await screen.findByTestId("sign-file-confirm"));
    await screen.findByTestId("file-signed");
    expect(fake.called("sign_file")[0]?.args).toMatchObject({ options: { level: "basic" } });
  });

  it("says why there are no rules, and tries again", async () => {
    const fake = new FakeHost().fail("signing_choices", uiError("app.profile", { file: "bank.json" }, false));
    await chosen(fake);
    expect((await screen.findByTestId("error")).textContent).toContain("bank.json");
    expect(screen.getByTestId("sign-file-confirm")).toHaveProperty("disabled", true);
  });

  it("lists what waits for its time stamp, tries it now and lets go of it", async () => {
    const fake = new FakeHost();
    fake.waiting = [demoWaiting(uiError("app.time-stamp", { why: "x" }, true)), { ...demoWaiting(), id: "w2" }];
    const { user } = await openApp(fake, "/sign-file");
    expect(await screen.findAllByTestId("waiting-file")).toHaveLength(2);
    expect((await screen.findByTestId("waiting-error")).textContent).toContain(text("errors.app.time-stamp.why"));
    await user.click(screen.getAllByTestId("forget-waiting")[0]!);
    await waitFor(() => expect(screen.getAllByTestId("waiting-file")).toHaveLength(1));
    await user.click(screen.getByTestId("stamp-now"));
    await waitFor(() => expect(screen.queryByTestId("waiting-files")).toBeNull());
  });

  it("keeps the file and the person after a failure", async () => {
    const { user } = await chosen(new FakeHost().fail("sign_file", uiError("token.pin-incorrect", {}, true)));
    await waitFor(() => expect(screen.getByTestId("sign-file-confirm")).toHaveProperty("disabled", false));
    await user.click(screen.getByTestId("sign-file-confirm"));
    expect((await screen.findByTestId("error")).dataset.code).toBe("token.pin-incorrect");
    expect(screen.getByTestId("file-to-sign")).toBeTruthy();
  });

  it("says when there is no time stamp", async () => {
    const report = demoReport([demoSigner("valid", { profile: "cades-bes" })]);
    const fake = new FakeHost().on("sign_file", () => ({ name: "a.sig", folder: "/", noStamp: uiError("app.material-missing", {}, true), queued: false, report }));
    const { user } = await chosen(fake);
    await waitFor(() => expect(screen.getByTestId("sign-file-confirm")).toHaveProperty("disabled", false));
    await user.click(screen.getByTestId("sign-file-confirm"));
    expect((await screen.findByTestId("note")).dataset.code).toBe("app.material-missing");
    expect(screen.queryByTestId("queued")).toBeNull();
  });

  it("says that the stamp will come by itself", async () => {
    const report = demoReport([demoSigner("valid", { profile: "cades-bes" })]);
    const fake = new FakeHost().on("sign_file", () => ({ name: "a.sig", folder: "/", noStamp: uiError("app.time-stamp", {}, true), queued: true, report }));
    const { user } = await chosen(fake);
    await waitFor(() => expect(screen.getByTestId("sign-file-confirm")).toHaveProperty("disabled", false));
    await user.click(screen.getByTestId("sign-file-confirm"));
    const strip = await screen.findByTestId("queued");
    expect(strip.textContent).toContain(text("errors.app.time-stamp.why"));
    expect(screen.queryByTestId("note")).toBeNull();
  });

  it("waits for a token", async () => {
    const fake = new FakeHost();
    fake.scan = scanOf();
    await chosen(fake);
    expect(await screen.findByTestId("no-signer")).toBeTruthy();
    expect(screen.getByTestId("sign-file-confirm")).toHaveProperty("disabled", true);
  });
});

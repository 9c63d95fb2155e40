import { act, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Diagnosis, DoctorChain } from "../bindings";
import { demoChain, demoDiagnosis, demoTested, doctorLine, hungModule, idleModule, lastTry, noService, notConnected, passiveToken } from "../testing/demoDoctor";
import { accountant, director } from "../testing/demoPeople";
import { FakeHost, readyState, uiError } from "../testing/fakeHost";
import { openApp } from "../testing/render";
import { text } from "../testing/texts";

async function open(chains: DoctorChain[], part: Partial<Diagnosis> = {}) {
  const fake = new FakeHost();
  fake.diagnosis = demoDiagnosis(chains, part);
  const opened = await openApp(fake, "/doctor");
  await waitFor(() => expect(screen.queryByTestId("checking")).toBeNull());
  return opened;
}

const step = (name: string) => screen.getByTestId(`step-${name}`);
const isOpen = (name: string) => step(name).querySelector("details")?.open ?? null;

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the steps", () => {
  it("stand in their order with a word for their state, and nothing is opened where all is well", async () => {
    await open([demoChain(), idleModule]);
    const chain = screen.getByTestId("chain");
    const steps = within(chain).getAllByRole("listitem").map((item) => item.dataset["testid"]);
    expect(steps).toEqual(demoChain().lines.map((line) => `step-${line.step}`));
    expect(chain.textContent).toContain(text("ui.doctor.whole"));
    expect(within(chain).getByTestId("step-load").textContent).toContain("Rutoken ECP PKCS #11 library, версия 2.19.");
    expect(within(chain).getByTestId("step-signature").textContent).toContain(`(${text("doctor.state.not-checked")})`);
    expect(chain.querySelectorAll("details[open]")).toHaveLength(0);
    expect(within(chain).getByTestId("step-token").textContent).toContain("CKM_GOSTR3410_512");
    expect(screen.getByTestId("module-chain")).toHaveProperty("open", false);
  });

  it("open at the first that does not work, with the remedy for this system", async () => {
    await open([noService]);
    expect(isOpen("service")).toBe(true);
    expect(screen.getByTestId("todo-service").textContent).toContain("sudo apt install pcscd libccid");
    expect(screen.getByTestId("chain").textContent).toContain("Не работает: Служба смарт-карт");
    for (const later of ["reader", "module", "verification"]) expect(step(later).dataset["state"]).toBe("not-checked");
  });

  it.each([["windows", "services.msc"], ["macos", "macOS"], ["linux", "pcsc-lite"]])("name another remedy on %s", async (system, words) => {
    await open([noService], { system });
    expect(screen.getByTestId("todo-service").textContent).toContain(words);
    expect(screen.getByTestId("todo-service").textContent).not.toContain("{{");
  });

  it("say that nothing is connected", async () => {
    await open([notConnected]);
    expect(screen.getByRole("heading", { name: text("doctor.nothing") })).toBeTruthy();
    expect(isOpen("usb")).toBe(true);
    expect(screen.queryByTestId("test-signature")).toBeNull();
  });

  it("explain a token that only stores keys, with the ways out", async () => {
    await open([passiveToken]);
    expect(step("token").textContent).toContain("Рутокен Lite только хранит ключ и сам не подписывает.");
    expect(screen.getByTestId("todo-token").textContent).toContain("Рутокен ЭЦП");
    expect(step("module").dataset["state"]).toBe("not-applicable");
  });

  it("tell the token's own errors in their own words", async () => {
    await open([demoChain(), hungModule]);
    const module = screen.getByTestId("module-chain");
    expect(module).toHaveProperty("open", true);
    const load = within(module).getByTestId("step-load");
    expect(load.textContent).toContain(text("errors.token.module-hung.what"));
    expect(load.textContent).toContain("За 10 с ответа не было");
    expect(load.textContent).toContain("token.module-hung");
  });

  it("keep a code of a newer host visible", async () => {
    await open([demoChain([doctorLine("card", "broken", "card.future")])]);
    expect(step("card").textContent).toContain("card.future");
  });
});

describe("looking again", () => {
  it("asks the host, by the button and when a token comes or goes", async () => {
    const { fake, user } = await open([notConnected]);
    fake.diagnosis = demoDiagnosis([demoChain()]);
    await user.click(screen.getByTestId("diagnose"));
    await waitFor(() => expect(screen.getByTestId("chain").dataset["broken"]).toBe(""));
    fake.diagnosis = demoDiagnosis([notConnected]);
    await act(() => fake.emit("tokens-changed", null));
    await waitFor(() => expect(screen.getByTestId("chain").dataset["broken"]).toBe("usb"));
    expect(fake.called("diagnose")).toHaveLength(3);
  });

  it("tells a failure and keeps what was seen", async () => {
    const { fake, user } = await open([demoChain()]);
    fake.fail("diagnose", uiError("app.background", {}, true));
    await user.click(screen.getByTestId("diagnose"));
    expect((await screen.findByTestId("error-what")).textContent).toBe(text("errors.app.background.what"));
    expect(screen.getByTestId("chain")).toBeTruthy();
  });
});

describe("the test signature", () => {
  it("is made only when asked for, and its outcome takes the place of the unasked steps", async () => {
    const { fake, user } = await open([demoChain()]);
    expect(fake.called("test_signature")).toHaveLength(0);
    await user.click(screen.getByTestId("test-signature"));
    await waitFor(() => expect(step("verification").dataset["state"]).toBe("ok"));
    expect(step("verification").textContent).toContain("её проверила эта программа");
    expect(fake.called("test_signature")).toHaveLength(1);
    expect(fake.called("test_signature")[0]?.args).toMatchObject({ certificateId: director.id, diagnosis: { system: "linux-known" } });
    await user.click(screen.getByTestId("diagnose"));
    await waitFor(() => expect(step("verification").dataset["state"]).toBe("not-checked"));
  });

  it("shows the last try before the PIN is asked for, and whose key it is", async () => {
    const { fake, user } = await open([lastTry]);
    const button = screen.getByTestId("test-signature");
    const block = button.parentElement?.parentElement;
    expect(block?.textContent).toContain("Осталась последняя попытка ввода PIN-кода.");
    await user.selectOptions(screen.getByLabelText(text("ui.doctor.testWho")), accountant.id);
    await user.click(button);
    await waitFor(() => expect(fake.called("test_signature")[0]?.args).toMatchObject({ certificateId: accountant.id }));
  });

  it("that failed is the first broken step", async () => {
    const fake = new FakeHost();
    fake.diagnosis = demoDiagnosis([demoChain()]);
    fake.on("test_signature", ({ diagnosis, certificateId }: { diagnosis: Diagnosis; certificateId: string }) =>
      demoTested(diagnosis, certificateId, [doctorLine("signature", "broken", "token.pin-incorrect"), doctorLine("verification", "not-checked", "later")]));
    const { user } = await openApp(fake, "/doctor");
    await user.click(await screen.findByTestId("test-signature"));
    await waitFor(() => expect(isOpen("signature")).toBe(true));
    expect(step("signature").textContent).toContain(text("errors.token.pin-incorrect.what"));
  });

  it("that was cancelled changes nothing and says nothing", async () => {
    const { fake, user } = await open([demoChain()]);
    fake.fail("test_signature", uiError("app.cancelled"));
    await user.click(screen.getByTestId("test-signature"));
    await waitFor(() => expect(fake.called("test_signature")).toHaveLength(1));
    expect(screen.queryByTestId("error")).toBeNull();
    expect(step("signature").dataset["state"]).toBe("not-checked");
  });

  it("that could not be asked for is told", async () => {
    const { fake, user } = await open([demoChain()]);
    fake.fail("test_signature", uiError("app.no-certificate", {}, true));
    await user.click(screen.getByTestId("test-signature"));
    expect((await screen.findByTestId("error-what")).textContent).toBe(text("errors.app.no-certificate.what"));
  });
});

describe("the report", () => {
  it("goes to the clipboard, or is shown where there is none", async () => {
    const { user } = await open([demoChain()], { report: "Отчёт без имён" });
    await user.click(screen.getByTestId("copy-report"));
    expect(await navigator.clipboard.readText()).toBe("Отчёт без имён");
    expect(screen.getByTestId("copy-report").textContent).toBe(text("ui.doctor.copied"));
    vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new Error("denied"));
    await user.click(screen.getByTestId("copy-report"));
    expect(await screen.findByTestId("report-text")).toHaveProperty("value", "Отчёт без имён");
  });
});

describe("the way here", () => {
  it("leads from the settings", async () => {
    const { user } = await openApp(new FakeHost(), "/settings");
    await user.click(await screen.findByTestId("to-doctor"));
    expect(await screen.findByRole("heading", { name: text("ui.doctor.title") })).toBeTruthy();
    expect(screen.getByTestId("nav-settings").getAttribute("aria-current")).toBe("page");
  });

  it("leads from the signing sheet, without a token and after an error of one", async () => {
    const fake = new FakeHost().fail("start_signing", uiError("token.module-hung", { seconds: "60" }, true));
    const { scan } = fake;
    fake.scan = { ...scan, tokens: [], certificates: [], problems: [] };
    const { user } = await openApp(fake, "/documents/doc-0002");
    await user.click(await screen.findByTestId("primary-action"));
    expect(within(await screen.findByTestId("no-signer")).getByTestId("find-cause").getAttribute("href")).toBe("#/doctor");
    fake.scan = scan;
    await act(() => fake.emit("tokens-changed", null));
    await waitFor(() => expect(screen.getByTestId("sign-confirm")).toHaveProperty("disabled", false));
    expect(screen.queryByTestId("find-cause")).toBeNull();
    await user.click(screen.getByTestId("sign-confirm"));
    await user.click(await screen.findByTestId("find-cause"));
    expect(await screen.findByRole("heading", { name: text("ui.doctor.title") })).toBeTruthy();
  });

  it("leads from signing in without tokens, and from an error of the token, but from no other", async () => {
    const fake = new FakeHost(readyState({ session: null })).fail("sign_in", uiError("token.removed", {}, true));
    fake.scan = { ...fake.scan, certificates: [director], problems: [] };
    const { user } = await openApp(fake, "/sign-in");
    const button = await screen.findByTestId(`sign-in-${director.id}`);
    expect(screen.queryByTestId("find-cause")).toBeNull();
    await user.click(button);
    expect((await screen.findByTestId("find-cause")).getAttribute("href")).toBe("#/doctor");
    fake.fail("sign_in", uiError("portal.unreachable", {}, true));
    await user.click(button);
    await waitFor(() => expect(screen.getByTestId("error").dataset["code"]).toBe("portal.unreachable"));
    expect(screen.queryByTestId("find-cause")).toBeNull();
    fake.scan = { ...fake.scan, tokens: [], certificates: [], problems: [] };
    await act(() => fake.emit("tokens-changed", null));
    expect(await screen.findByTestId("find-cause")).toBeTruthy();
  });
});

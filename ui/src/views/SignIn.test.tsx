import { act, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { RESCAN_MS } from "../features/certificates/useTokenScan";
import type { TokenScan } from "../ipc";
import { asOperation } from "../shared/operations";
import { accountant, director, expired, foreign, fullScan, passive, scanOf, wind } from "../testing/demoPeople";
import { FakeHost, readyState, uiError } from "../testing/fakeHost";
import { openApp } from "../testing/render";
import { text } from "../testing/texts";

const signedOut = (part = {}) => new FakeHost(readyState({ session: null, ...part }));

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("certificates", () => {
  it("that fit come first, the others with their reasons and no button", async () => {
    await openApp(signedOut(), "/sign-in");
    const cards = await screen.findAllByRole("article");
    expect(cards.map((card) => card.dataset.fit)).toEqual(["true", "true", "false", "false", "false"]);
    expect(screen.getByTestId(`sign-in-${director.id}`).textContent).toContain(director.holder);
    for (const unfit of [expired, foreign, passive]) expect(screen.queryByTestId(`sign-in-${unfit.id}`)).toBeNull();
    expect(screen.getByTestId("unfit-passive-token").textContent).toBe("токен только хранит ключ и не умеет подписывать сам");
    // The host names days as 2026-11-20; a person reads 20.11.2026.
    expect(screen.getByTestId("unfit-expired").textContent).toMatch(/^срок действия закончился \d\d\.\d\d\.20\d\d$/);
    expect(screen.getByTestId(`certificate-${accountant.id}`).textContent).toContain("осталось 12 дней");
  });

  it("sign the user in and lead to today", async () => {
    const { fake, user } = await openApp(signedOut(), "/sign-in");
    await user.click(await screen.findByTestId(`sign-in-${director.id}`));
    await waitFor(() => expect(window.location.hash).toBe("#/today"));
    expect(fake.called("sign_in")[0]?.args).toEqual({ certificateId: director.id, apiKey: null });
    expect(screen.getByTestId("session").textContent).toContain(director.holder);
  });

  it("a wrong PIN is told in three parts and the choice stays", async () => {
    const fake = signedOut().fail("sign_in", uiError("token.pin-incorrect", {}, true));
    const { user } = await openApp(fake, "/sign-in");
    await user.click(await screen.findByTestId(`sign-in-${director.id}`));
    expect((await screen.findByTestId("error-what")).textContent).toBe(text("errors.token.pin-incorrect.what"));
    expect(screen.getByTestId("error-why").textContent).toBe(text("errors.token.pin-incorrect.why"));
    expect(screen.getByTestId("error-todo").textContent).toBe(text("errors.token.pin-incorrect.todo"));
    expect(screen.getByTestId("error-code").textContent).toBe("Код: token.pin-incorrect");
    expect(screen.getByTestId(`sign-in-${director.id}`)).toHaveProperty("disabled", false);
  });

  it("an unknown error code is shown with the code", async () => {
    const { user } = await openApp(signedOut().fail("sign_in", uiError("future.thing")), "/sign-in");
    await user.click(await screen.findByTestId(`sign-in-${director.id}`));
    expect((await screen.findByTestId("error-why")).textContent).toContain("future.thing");
  });

  it("an unreachable portal keeps the screen", async () => {
    const { user } = await openApp(signedOut().fail("sign_in", uiError("portal.unreachable", {}, true)), "/sign-in");
    await user.click(await screen.findByTestId(`sign-in-${director.id}`));
    expect((await screen.findByTestId("error-what")).textContent).toBe(text("errors.portal.unreachable.what"));
    expect(screen.getAllByRole("article")).toHaveLength(5);
  });

  it("cannot be used before there is an API key", async () => {
    await openApp(signedOut({ organisation: { ...wind, hasApiKey: false } }), "/sign-in");
    expect(await screen.findByTestId("no-api-key")).toBeTruthy();
    expect(await screen.findByTestId(`sign-in-${director.id}`)).toHaveProperty("disabled", true);
  });
});

describe("scanning", () => {
  it("without tokens asks to insert one; with only unfit ones says so", async () => {
    const fake = signedOut();
    fake.scan = scanOf();
    await openApp(fake, "/sign-in");
    expect(await screen.findByText("Вставьте токен с подписью организации")).toBeTruthy();
    fake.scan = { ...fullScan, certificates: [expired] };
    await act(() => fake.emit("tokens-changed", null));
    expect(await screen.findByText("Подходящей подписи нет")).toBeTruthy();
  });

  it("explains a driver that cannot be used", async () => {
    await openApp(signedOut(), "/sign-in");
    expect((await screen.findByTestId("token-problems")).textContent).toContain(text("errors.token.module-missing.what"));
  });

  it("names drivers that still answer, and looks again only when the host says so", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const fake = signedOut();
    fake.scan = { ...fullScan, pending: ["libjcPKCS11-2.so"] };
    await openApp(fake, "/sign-in");
    await screen.findAllByRole("article");
    expect(screen.getByTestId("pending-modules").textContent).toBe("Ещё отвечает: libjcPKCS11-2.so");
    const before = fake.called("scan_tokens").length;
    await act(() => vi.advanceTimersByTimeAsync(4 * RESCAN_MS));
    expect(fake.called("scan_tokens")).toHaveLength(before);
    fake.scan = fullScan;
    await act(() => fake.emit("tokens-changed", null));
    await waitFor(() => expect(screen.getByTestId("pending-modules").textContent).toBe(""));
    expect(fake.called("scan_tokens")).toHaveLength(before + 1);
  });

  it("a change while an answer is awaited is not lost", async () => {
    const fake = signedOut();
    const answers: ((scan: TokenScan) => void)[] = [];
    fake.on("scan_tokens", () => new Promise<TokenScan>((done) => answers.push(done)));
    await openApp(fake, "/sign-in");
    await waitFor(() => expect(answers).toHaveLength(1));
    await act(() => fake.emit("tokens-changed", null));
    expect(answers).toHaveLength(1);
    await act(async () => answers[0]?.(scanOf()));
    await waitFor(() => expect(answers).toHaveLength(2));
    await act(async () => answers[1]?.(fullScan));
    expect(await screen.findByTestId(`sign-in-${director.id}`)).toBeTruthy();
  });

  it("a person's question also wakes drivers that hung", async () => {
    const { fake, user } = await openApp(signedOut(), "/sign-in");
    await screen.findAllByRole("article");
    await user.click(screen.getByTestId("rescan"));
    await waitFor(() => expect(fake.called("rescan_tokens")).toHaveLength(1));
  });

  it("repeats every five seconds where the host cannot notice tokens, but not while hidden or busy", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const fake = signedOut();
    fake.scan = { ...fullScan, noService: uiError("readers.service-not-running") };
    await openApp(fake, "/sign-in");
    await screen.findAllByRole("article");
    expect(screen.getByTestId("no-service").textContent).toContain(text("errors.readers.service-not-running.what"));
    const scans = () => fake.called("scan_tokens").length;
    const before = scans();
    await act(() => vi.advanceTimersByTimeAsync(RESCAN_MS));
    expect(scans()).toBe(before + 1);
    vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    await act(() => vi.advanceTimersByTimeAsync(2 * RESCAN_MS));
    expect(scans()).toBe(before + 1);
    vi.mocked(vi.spyOn(document, "visibilityState", "get")).mockReturnValue("visible");
    await asOperation(() => act(() => vi.advanceTimersByTimeAsync(2 * RESCAN_MS)));
    expect(scans()).toBe(before + 1);
    await act(() => vi.advanceTimersByTimeAsync(RESCAN_MS));
    expect(scans()).toBe(before + 2);
  });
});

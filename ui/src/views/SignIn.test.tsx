import { act, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { RESCAN_MS } from "../features/certificates/useTokenScan";
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
    expect(fake.called("sign_in")[0]?.args).toEqual({ certificateId: director.id });
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

  it("repeats every three seconds, but not while hidden or busy", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const { fake } = await openApp(signedOut(), "/sign-in");
    await screen.findAllByRole("article");
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

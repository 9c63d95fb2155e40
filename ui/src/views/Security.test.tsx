import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { demoSecurity, deviatingSecurity, lockedSecurity, standing } from "../testing/demoCabinet";
import { FakeHost, readyState, uiError } from "../testing/fakeHost";
import { openApp, openSecret, submitted } from "../testing/render";
import { prompts } from "../testing/fakeSecret";
import { text } from "../testing/texts";

describe("the security page", () => {
  it("tells the cause of a lock, its end and the next step, and ways to confirm the account", async () => {
    const fake = new FakeHost(readyState({ standing: standing({ locked: true, passwordDaysLeft: 3 }) }));
    fake.security = lockedSecurity();
    await openApp(fake, "/security");
    const cause = await screen.findByTestId("lock-cause");
    expect(cause.textContent).toContain(text("ui.security.lock.wrong-passwords"));
    expect(cause.textContent).toContain(text("ui.security.self"));
    expect(screen.getByTestId("confirm-ways").textContent).toContain(text("ui.security.ways.bank"));
    expect(screen.getByTestId("confirm-ways").textContent).toContain("carrier-pigeon");
    expect(screen.getByTestId("password-soon")).toBeTruthy();
    expect(screen.queryByTestId("account-locked")).toBeNull();
    window.location.hash = "/today";
    expect(await screen.findByTestId("account-locked")).toBeTruthy();
    expect(screen.getByTestId("password-expiring")).toBeTruthy();
  });

  it("opens by itself after a linking, says what deviates, leads to the remedy, and is looked at again", async () => {
    const fake = new FakeHost(readyState({ standing: standing() }));
    fake.security = deviatingSecurity();
    const { user } = await openApp(fake, "/organisations");
    await act(() => fake.emit("state-changed", fake.change({ standing: standing({ checkUpDue: "ООО «Полевые травы»" }) })));
    const notice = await screen.findByTestId("after-linking");
    expect(window.location.hash).toBe("#/security");
    expect(notice.textContent).toContain("ООО «Полевые травы»");
    expect(notice.textContent).toContain(text("ui.security.afterLinking.deviations", { count: 3 }));
    await user.click(screen.getByTestId("remedy-second-factor"));
    await waitFor(() => expect(fake.called("open_portal_page")[0]?.args).toEqual({ code: "security" }));
    await user.click(screen.getByTestId("remedy-devices"));
    expect(document.activeElement?.id).toBe("devices");
    // Who comes back from the browser sees how it stands then.
    fake.security = demoSecurity({ afterLinking: "ООО «Полевые травы»", checkUp: [{ item: "password", state: "ok", detail: null, remedy: null }] });
    window.dispatchEvent(new Event("focus"));
    await waitFor(() => expect(screen.getByTestId("after-linking").textContent).toContain(text("ui.security.afterLinking.fine")));
    expect(screen.queryByTestId("check-end")).toBeNull();
  });

  it("opens once for a linking and not against the person's will", async () => {
    const fake = new FakeHost(readyState({ standing: standing({ checkUpDue: "ООО «Полевые травы»" }) }));
    fake.security = deviatingSecurity();
    const { user } = await openApp(fake, "/today");
    await screen.findByTestId("after-linking");
    window.location.hash = "/today";
    await waitFor(() => expect(screen.queryByTestId("after-linking")).toBeNull());
    await act(() => fake.emit("state-changed", fake.change({ outboxPending: 1 })));
    expect(window.location.hash).toBe("#/today");
    window.location.hash = "/security";
    await user.click(await screen.findByTestId("check-end"));
    await waitFor(() => expect(screen.queryByTestId("after-linking")).toBeNull());
  });

  it("opens the portal's page for a way to confirm, and says when no browser does", async () => {
    const fake = new FakeHost();
    fake.security = lockedSecurity();
    const { user } = await openApp(fake, "/security");
    await user.click(await screen.findByTestId("way-bank"));
    await waitFor(() => expect(fake.called("open_portal_page")[0]?.args).toEqual({ code: "confirm-bank" }));
    expect(screen.queryByTestId("way-service-centre")).toBeNull();
    fake.fail("open_portal_page", uiError("app.no-browser"));
    await user.click(screen.getByTestId("way-signature"));
    expect(await screen.findByText(text("errors.app.no-browser.what"))).toBeTruthy();
  });

  it("says that the portal tells nothing, and still gives advice", async () => {
    const fake = new FakeHost();
    fake.security = demoSecurity({ presence: "absent", account: null, checkUp: [], devices: [] });
    await openApp(fake, "/security");
    expect(await screen.findByTestId("absent")).toBeTruthy();
    expect(screen.queryByTestId("devices")).toBeNull();
    expect(screen.getByTestId("tips").textContent).toContain(text("ui.security.tip.codes"));
  });

  it("keeps a device whose sessions could not be ended", async () => {
    const fake = new FakeHost();
    fake.fail("revoke_device", uiError("cabinet.refused.step-up-ended", { message: "" }));
    const { user } = await openApp(fake, "/security");
    const row = await screen.findByTestId("device-d-2");
    await user.click(within(row).getByTestId("revoke"));
    expect(await screen.findByText(text("errors.cabinet.refused.step-up-ended.what"))).toBeTruthy();
    expect(screen.getByTestId("device-d-2")).toBeTruthy();
  });

  it("ends the sessions of a device", async () => {
    const { user, fake } = await openApp(new FakeHost(), "/security");
    await user.click(within(await screen.findByTestId("device-d-2")).getByTestId("revoke"));
    await waitFor(() => expect(screen.queryByTestId("device-d-2")).toBeNull());
    expect(fake.called("revoke_device")[0]?.args).toEqual({ id: "d-2" });
  });
});

describe("notifications", () => {
  it("show security first among the unread, lead on and are read", async () => {
    const { user, fake } = await openApp(new FakeHost(readyState({ standing: standing({ alerts: 1 }) })), "/notifications");
    expect(screen.getByTestId("notifications").getAttribute("aria-label")).toBe(text("ui.standing.alerts", { count: 1 }));
    const row = await screen.findByTestId("notification-n-5");
    expect(row.getAttribute("data-read")).toEqual("false");
    await user.click(within(row).getByTestId("read"));
    await waitFor(() => expect(screen.getByTestId("notification-n-5").getAttribute("data-read")).toEqual("true"));
    expect(fake.called("read_notification")).toHaveLength(1);
    await user.click(within(screen.getByTestId("notification-n-5")).getByTestId("go"));
    expect(window.location.hash).toBe("#/security");
  });

  it("are empty without being an error", async () => {
    const fake = new FakeHost();
    fake.notifications = [];
    await openApp(fake, "/notifications");
    expect((await screen.findByTestId("empty")).textContent).toContain(text("ui.notifications.empty"));
  });
});

describe("the window that confirms", () => {
  it("lets a way be chosen and sends no value", async () => {
    const { user, fake } = openSecret(prompts["confirm-choice"]!);
    fake.on("choose_factor", () => null);
    await user.click(screen.getByTestId("way-email"));
    expect(fake.called("choose_factor")[0]?.args).toEqual({ name: "email" });
    expect(submitted(fake)).toEqual([]);
  });

  it("counts down to the next code, and tells the attempts that are left", async () => {
    openSecret(prompts["confirm-code"]!);
    expect(screen.getByTestId("resend")).toHaveProperty("disabled", true);
    expect(screen.getByText("+7 ••• •••-01-82")).toBeTruthy();
  });

  it("says that the code was wrong and sends another on demand", async () => {
    const { user, fake } = openSecret(prompts["confirm-again"]!);
    fake.on("resend_code", () => null);
    expect(screen.getByText(text("secret.stepUp.left", { count: 1 }))).toBeTruthy();
    await user.click(screen.getByTestId("resend"));
    expect(fake.called("resend_code")).toHaveLength(1);
  });

  it("sends a code once, without spaces around it, and forgets it", async () => {
    const { user, fake } = openSecret(prompts["confirm-code"]!);
    const field = screen.getByTestId("secret-value");
    await user.click(screen.getByTestId("secret-submit"));
    expect(submitted(fake)).toEqual([]);
    await user.type(field, " 123456 ");
    await user.click(screen.getByTestId("secret-submit"));
    await waitFor(() => expect(submitted(fake)).toEqual(["123456"]));
    expect(field).toHaveProperty("value", "");
  });

  it("gives a password as it was typed, and null when cancelled", async () => {
    const { user, fake } = openSecret(prompts["confirm-password"]!);
    await user.type(screen.getByTestId("secret-value"), " пароль ");
    await user.click(screen.getByTestId("secret-submit"));
    await user.keyboard("{Escape}");
    await waitFor(() => expect(submitted(fake)).toEqual([" пароль ", null]));
  });
});

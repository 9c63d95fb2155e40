import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { notPermitted, standing } from "../testing/demoCabinet";
import { awaitingApproval, demoLicences, demoSubscriptions, refusedCheck, representative } from "../testing/demoSubscriptions";
import { FakeHost, readyState, uiError } from "../testing/fakeHost";
import { openApp } from "../testing/render";
import { text } from "../testing/texts";

describe("subscriptions", () => {
  it("say that the portal has none, or that nothing is known yet", async () => {
    const fake = new FakeHost();
    fake.subscriptions = demoSubscriptions({ presence: "absent", at: null, items: [], offers: [] });
    await openApp(fake, "/subscriptions");
    expect(await screen.findByTestId("absent")).toBeTruthy();
    expect(screen.queryByTestId("subscribe")).toBeNull();
    fake.subscriptions = demoSubscriptions({ presence: "unknown", at: null, items: [], offers: [] });
    await (await screen.findByTestId("refresh")).click();
    expect((await screen.findByTestId("empty")).textContent).toContain(text("ui.subscriptions.unknown"));
  });

  it("cannot be changed by who may not, and say why", async () => {
    const fake = new FakeHost(readyState({ standing: standing({ refused: [{ code: "services.enable", error: notPermitted("services.enable", "Представитель не подтверждён") }] }) }));
    await openApp(fake, "/subscriptions");
    const row = await screen.findByTestId("subscription-s-1");
    expect(within(row).getByTestId("extend").hasAttribute("disabled")).toBe(true);
    expect(within(row).getByTestId("help").hasAttribute("disabled")).toBe(false);
  });

  it("are kept as they were when an operation fails", async () => {
    const fake = new FakeHost();
    fake.fail("cancel_subscription", uiError("cabinet.refused.subscription-ended", { message: "" }));
    const { user } = await openApp(fake, "/subscriptions");
    await user.click(within(await screen.findByTestId("subscription-s-1")).getByTestId("cancel"));
    await user.click(await screen.findByTestId("cancel-do"));
    expect(await screen.findByText(text("errors.cabinet.refused.subscription-ended.what"))).toBeTruthy();
    expect(screen.getByTestId("subscription-s-1").getAttribute("data-status")).toBe("active");
  });

  it("are extended only once the payment is confirmed, for the sum of the months", async () => {
    const { user, fake } = await openApp(new FakeHost(), "/subscriptions");
    await user.click(within(await screen.findByTestId("subscription-s-1")).getByTestId("extend"));
    const go = await screen.findByTestId("extend-do");
    expect(go.hasAttribute("disabled")).toBe(true);
    expect(screen.getByTestId("sum").textContent?.replace(/\s/g, "")).toContain("1800");
    await user.click(screen.getByTestId("paid"));
    await user.click(go);
    await waitFor(() => expect(fake.called("extend_subscription")[0]?.args).toEqual({ id: "s-1", months: 6, paid: true }));
  });

  it("are made, confirmed and cancelled after a question", async () => {
    const { user, fake } = await openApp(new FakeHost(), "/subscriptions");
    const waiting = await screen.findByTestId("subscription-s-2");
    await user.click(within(waiting).getByTestId("confirm"));
    expect(fake.called("confirm_subscription")).toHaveLength(0);
    await user.click(await screen.findByTestId("confirm-do"));
    await waitFor(() => expect(screen.getByTestId("subscription-s-2").getAttribute("data-status")).toBe("active"));
    await user.click(within(screen.getByTestId("subscription-s-2")).getByTestId("cancel"));
    await user.click(await screen.findByTestId("cancel-do"));
    await waitFor(() => expect(screen.getByTestId("subscription-s-2").getAttribute("data-status")).toBe("ended"));
    await user.click(screen.getByTestId("subscribe"));
    await user.click(await screen.findByTestId("offer"));
    await user.click((await screen.findAllByText("Выписка из ЕГРЮЛ и ЕГРИП")).at(-1)!);
    await user.click(screen.getByTestId("subscribe-later"));
    await waitFor(() => expect(fake.called("subscribe")[0]?.args).toEqual({ service: "99000000012", months: 12, confirmed: false }));
    expect((await screen.findByTestId("subscription-s-99000000012")).getAttribute("data-status")).toBe("awaiting-confirmation");
  });

  it("tell who did what, and lead to the service", async () => {
    const { user } = await openApp(new FakeHost(), "/subscriptions");
    await user.click(within(await screen.findByTestId("subscription-s-1")).getByTestId("help"));
    expect((await screen.findByTestId("history")).textContent).toContain("Васильков Иван Сергеевич");
    await user.click(screen.getByTestId("open-service"));
    expect(window.location.hash).toBe("#/services/99000000012");
  });
});

describe("licences", () => {
  it("show what is known without a connection, with its age", async () => {
    const fake = new FakeHost();
    fake.licences = demoLicences({ error: uiError("portal.unreachable") });
    await openApp(fake, "/subscriptions?tab=licences");
    expect(await screen.findByText(text("errors.portal.unreachable.what"))).toBeTruthy();
    expect(screen.getByTestId("licences").children).toHaveLength(4);
  });

  it("warn of the end, lead to the renewal, and are saved", async () => {
    const { user, fake } = await openApp(new FakeHost(), "/subscriptions?tab=licences");
    expect((await screen.findByTestId("licences-soon")).textContent).toContain(text("ui.licences.soon", { count: 1 }));
    expect(screen.getByTestId("licence-10-00000017").textContent).toContain(text("ui.licences.over"));
    expect(within(screen.getByTestId("licence-10-00000017")).queryByTestId("save")).toBeNull();
    const row = screen.getByTestId("licence-15-00000318");
    await user.click(within(row).getByTestId("save"));
    expect(fake.called("save_licence")[0]?.args).toEqual({ number: "15-00000318" });
    expect(await within(row).findByRole("status")).toBeTruthy();
    await user.click(within(row).getByTestId("renew"));
    expect(window.location.hash).toBe("#/services/99000000015?licence=15-00000318");
  });

  it("are empty without being an error", async () => {
    const fake = new FakeHost();
    fake.licences = demoLicences({ items: [] });
    await openApp(fake, "/subscriptions?tab=licences");
    expect((await screen.findByTestId("empty")).textContent).toContain(text("ui.licences.empty"));
  });
});

describe("the representative", () => {
  it("is shown nothing by a portal that confirms nobody", async () => {
    const fake = new FakeHost();
    fake.representative = null;
    await openApp(fake, "/organisations");
    await screen.findByTestId("organisation-cards");
    expect(screen.queryByTestId("representative")).toBeNull();
  });

  it("sees what was wrong and finds the form as it was filled in", async () => {
    const fake = new FakeHost();
    fake.representative = refusedCheck();
    await openApp(fake, "/organisations");
    expect((await screen.findByTestId("reasons")).textContent).toContain("Недействительный документ. Приложите");
    expect((screen.getByTestId("authority-phone") as HTMLInputElement).value).toBe("+7 999 000-01-82");
    expect(screen.getByTestId("representative-begin").hasAttribute("disabled")).toBe(true);
  });

  it("cannot choose СМЭВ while it is down, and is told what to do instead", async () => {
    const fake = new FakeHost();
    fake.representative = representative({ smevAvailable: false });
    await openApp(fake, "/organisations");
    expect((await screen.findByTestId("way-smev")).hasAttribute("disabled")).toBe(true);
    expect(screen.getByText(text("ui.representative.smevDown"))).toBeTruthy();
    expect(screen.getByTestId("representative").textContent).toContain(text("ui.representative.opens.signing-sign"));
  });

  it("signs what the portal asks for", async () => {
    const fake = new FakeHost();
    fake.representative = representative();
    const { user } = await openApp(fake, "/organisations");
    await user.click(await screen.findByTestId("representative-begin"));
    await user.click(await screen.findByTestId("representative-sign"));
    await waitFor(() => expect(screen.getByTestId("representative").textContent).toContain(text("ui.representative.done")));
  });

  it("shows a QR code, and can still choose another way", async () => {
    const fake = new FakeHost();
    fake.representative = awaitingApproval();
    const { user } = await openApp(fake, "/organisations");
    expect(await screen.findByTestId("qr")).toBeTruthy();
    await user.click(screen.getByTestId("other-way"));
    expect(screen.getByTestId("way-signature")).toBeTruthy();
  });

  it("takes services into use only once the terms are accepted", async () => {
    const { user, fake } = await openApp(new FakeHost(), "/organisations");
    await user.click(await screen.findByTestId("service-licences"));
    expect(screen.getByTestId("services-save").hasAttribute("disabled")).toBe(true);
    await user.click(screen.getByTestId("services-accept"));
    await user.click(screen.getByTestId("services-save"));
    await waitFor(() => expect(fake.called("enable_services")[0]?.args).toEqual({ codes: ["extracts", "licences"], acceptTerms: true }));
  });
});

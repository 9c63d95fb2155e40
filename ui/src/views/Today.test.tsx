import { screen, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";
import { demoInspections } from "../testing/demoInspections";
import { standing } from "../testing/demoCabinet";
import { demoLicences } from "../testing/demoSubscriptions";
import { FakeHost, readyState } from "../testing/fakeHost";
import { openApp } from "../testing/render";
import { text } from "../testing/texts";

it("counts how things stand, and each count leads to what it counts", async () => {
  const { user } = await openApp(new FakeHost(), "/today");
  const open = await screen.findByTestId("panel-open");
  expect(open.textContent).toBe(`4${text("ui.today.panel.open")}`);
  expect((await screen.findByTestId("panel-unread")).getAttribute("href")).toBe("#/notifications");
  expect((await screen.findByTestId("panel-terms")).getAttribute("href")).toBe("#/calendar");
  await user.click(open);
  const list = await screen.findByTestId("orders-count");
  // Narrowed to what is under way, fewer than all 403.
  await waitFor(() => expect(list.textContent).not.toBe("403 заявления"));
});

it("counts no applications for whoever may not follow them", async () => {
  const refused = [{ code: "applications.track", error: { code: "app.not-permitted", params: { permission: "applications.track", reason: "" }, retriable: false } }];
  await openApp(new FakeHost(readyState({ standing: standing({ refused }) })), "/today");
  expect(await screen.findByTestId("panel-unread")).toBeTruthy();
  expect(screen.queryByTestId("panel-open")).toBeNull();
});

it("counts licences about to end and inspections that are not over, of what is kept here", async () => {
  const fake = new FakeHost();
  await openApp(fake, "/today");
  const licences = await screen.findByTestId("panel-licences");
  // Of four one has time, and one is over.
  expect(licences.textContent).toBe(`2${text("ui.today.panel.licences")}`);
  expect(licences.getAttribute("href")).toBe("#/subscriptions?tab=licences");
  const inspections = await screen.findByTestId("panel-inspections");
  expect(inspections.textContent).toBe(`2${text("ui.today.panel.inspections")}`);
  expect(inspections.getAttribute("href")).toBe("#/inspections");
  expect([...fake.called("licences"), ...fake.called("inspections")].every((call) => (call.args as { ask: boolean }).ask === false)).toBe(true);
});

it("counts nothing of what was never told", async () => {
  const fake = new FakeHost();
  fake.licences = demoLicences({ at: null, items: [] });
  fake.inspections = demoInspections({ at: null, items: [] });
  await openApp(fake, "/today");
  expect(await screen.findByTestId("panel-unread")).toBeTruthy();
  await waitFor(() => expect(fake.called("inspections")).toHaveLength(1));
  expect(screen.queryByTestId("panel-inspections")).toBeNull();
  expect(screen.queryByTestId("panel-licences")).toBeNull();
});

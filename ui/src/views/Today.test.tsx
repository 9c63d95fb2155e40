import { screen, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";
import { standing } from "../testing/demoCabinet";
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

import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { demoChannels } from "../../testing/demoCabinet";
import { FakeHost, uiError } from "../../testing/fakeHost";
import { openApp } from "../../testing/render";
import { text } from "../../testing/texts";

const open = async (fake: FakeHost) => (await openApp(fake, "/settings")).user;

describe("channels of the portal", () => {
  it("are chosen by kind and saved together; security is always told", async () => {
    const fake = new FakeHost();
    const user = await open(fake);
    expect(await screen.findByTestId("channel-security-wanted")).toHaveProperty("disabled", true);
    expect(screen.getByTestId("portal-channels-save")).toHaveProperty("disabled", true);
    await user.click(screen.getByTestId("channel-order-email"));
    await user.click(screen.getByTestId("channel-news-wanted"));
    expect(fake.called("set_portal_channels")).toHaveLength(0);
    await user.click(screen.getByTestId("portal-channels-save"));
    await waitFor(() => expect(fake.channels.kinds.find((one) => one.kind === "order")?.email).toBe(false));
    expect(fake.channels.kinds.find((one) => one.kind === "news")?.wanted).toBe(true);
    expect(await screen.findByText(text("ui.notices.portal.saved"))).toBeTruthy();
  });

  it("stay as they were chosen when the portal refuses, and say so", async () => {
    const fake = new FakeHost();
    fake.fail("set_portal_channels", uiError("portal.unreachable", {}, true));
    const user = await open(fake);
    await user.click(await screen.findByTestId("channel-order-email"));
    await user.click(screen.getByTestId("portal-channels-save"));
    expect(await screen.findByText(text("errors.portal.unreachable.what"))).toBeTruthy();
    expect(screen.getByTestId("channel-order-email")).toHaveProperty("checked", false);
  });

  it("are not shown by halves where the portal has none or nobody is signed in", async () => {
    const fake = new FakeHost();
    fake.channels = demoChannels({ presence: "absent", kinds: [] });
    await open(fake);
    expect((await screen.findByTestId("portal-channels")).textContent).toContain(text("ui.notices.portal.title"));
    await waitFor(() => expect(screen.getByTestId("portal-channels").textContent).toContain(text("ui.notices.portal.absent")));
    expect(screen.queryByTestId("portal-channels-save")).toBeNull();
  });
});

describe("own rules", () => {
  it("are refused without a status, made, listed and removed", async () => {
    const fake = new FakeHost();
    const user = await open(fake);
    const rules = await screen.findByTestId("own-rules");
    await waitFor(() => expect(rules.textContent).toContain(text("ui.notices.own.said.silence", { count: 10 })));
    await user.click(screen.getByTestId("own-rule-add"));
    expect(await within(rules).findByText(text("errors.app.own-rule.what"))).toBeTruthy();
    await user.type(screen.getByTestId("own-rule-status"), "отказано");
    await user.selectOptions(screen.getByTestId("own-rule-service"), "10000000109");
    await user.click(screen.getByTestId("own-rule-add"));
    await waitFor(() => expect(fake.orders.ownRules).toHaveLength(2));
    expect(fake.orders.ownRules[1]).toMatchObject({ when: "status", status: "отказано", service: "10000000109" });
    await waitFor(() => expect(screen.getByTestId("own-rules-list").textContent).toContain("Доставка пенсий"));
    await user.click(screen.getAllByTestId("own-rule-remove")[0]!);
    await waitFor(() => expect(fake.orders.ownRules).toHaveLength(1));
  });
});

import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Settings } from "../../ipc";
import { noConnection } from "../../testing/demoConnection";
import { FakeHost, readyState, uiError } from "../../testing/fakeHost";
import { openApp } from "../../testing/render";
import { text } from "../../testing/texts";

const saved = (fake: FakeHost) => fake.called("save_settings").map((call) => (call.args as { settings: { connection: unknown } }).settings.connection);

describe("the way to the portal", () => {
  it("is chosen at once where nothing has to be typed", async () => {
    const fake = new FakeHost(readyState());
    const { user } = await openApp(fake, "/settings");
    await user.click(await screen.findByText(text("ui.connection.proxies.none")));
    await user.click(screen.getByTestId("only-tls13"));
    await waitFor(() => expect(saved(fake)).toEqual([
      { ...noConnection, proxy: "none" },
      { ...noConnection, proxy: "none", onlyTls13: true },
    ]));
  });

  it("is saved with its addresses by a button, and what was typed stays when the host refuses", async () => {
    const fake = new FakeHost(readyState());
    const { user } = await openApp(fake, "/settings");
    await user.click(await screen.findByText(text("ui.connection.proxies.address")));
    await user.type(screen.getByTestId("proxyAddress"), "http://user:secret@proxy");
    let refuses = true;
    fake.on("save_settings", ({ settings }: { settings: Settings }) => {
      if (refuses) throw uiError("portal.setup.proxy");
      return fake.change({ settings });
    });
    await user.click(screen.getByTestId("save-connection"));
    expect(await screen.findByText(text("errors.portal.setup.proxy.what"))).toBeTruthy();
    const field = screen.getByTestId<HTMLInputElement>("proxyAddress");
    expect(field.value).toBe("http://user:secret@proxy");
    refuses = false;
    await user.clear(field);
    await user.type(field, "proxy.example.ru:3128");
    await user.click(screen.getByTestId("save-connection"));
    await waitFor(() => expect(saved(fake).at(-1)).toEqual({ ...noConnection, proxy: "address", proxyAddress: "proxy.example.ru:3128" }));
  });

  it("is looked at service by service: way, issuer, clock, and what failed", async () => {
    const fake = new FakeHost(readyState());
    const { user } = await openApp(fake, "/settings");
    await user.click(await screen.findByTestId("check-connection"));
    const esia = within(await screen.findByTestId("connection-esia"));
    expect(esia.getByText(/напрямую, 84 мс, сертификат сервера выдал Учебный центр/)).toBeTruthy();
    expect(esia.getByText(/расходятся с порталом на 3 мин/)).toBeTruthy();
    const epgu = within(screen.getByTestId("connection-epgu"));
    expect(epgu.getByText(/через прокси http:\/\/proxy.example.ru:3128/)).toBeTruthy();
    expect(epgu.getByText(text("errors.portal.proxy-refused.what"))).toBeTruthy();
  });
});

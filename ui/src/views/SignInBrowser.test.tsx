import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { demoPerson } from "../testing/fakeEsia";
import { FakeHost, readyState, uiError } from "../testing/fakeHost";
import { openApp } from "../testing/render";
import { text } from "../testing/texts";

const signedOut = () => new FakeHost(readyState({ session: null }));

describe("signing in through Госуслуги", () => {
  it("leads to the open organisation without another question", async () => {
    const { fake, user } = await openApp(signedOut(), "/sign-in");
    await user.click(await screen.findByTestId("esia-begin"));
    await waitFor(() => expect(window.location.hash).toBe("#/today"));
    expect(fake.called("sign_in_in_browser")[0]?.args).toEqual({ anew: false });
    expect(fake.called("enter_by_esia")[0]?.args).toEqual({ oid: "1000000001" });
    expect(screen.getByTestId("session").textContent).toContain(demoPerson.name);
  });

  it("waits for the browser, opens it again, and can be given up", async () => {
    const fake = signedOut();
    fake.esia.answers = false;
    const { user } = await openApp(fake, "/sign-in");
    await user.click(await screen.findByTestId("esia-begin"));
    expect((await screen.findByTestId("esia-waiting")).textContent).toContain("Закончите вход в браузере");
    await user.click(screen.getByTestId("esia-again"));
    await waitFor(() => expect(fake.called("open_browser_again")).toHaveLength(1));
    await user.click(screen.getByTestId("esia-cancel"));
    expect(await screen.findByTestId("esia-begin")).toBeTruthy();
    // Giving up is no error.
    expect(screen.queryByTestId("error")).toBeNull();
  });

  it("a screen that is left gives the waiting up", async () => {
    const fake = signedOut();
    fake.esia.answers = false;
    const { user } = await openApp(fake, "/sign-in");
    await user.click(await screen.findByTestId("esia-begin"));
    await screen.findByTestId("esia-waiting");
    await user.click(screen.getByTestId("nav-today"));
    await waitFor(() => expect(fake.called("cancel_browser_sign_in")).toHaveLength(1));
  });

  it("shows the person's organisations where the open one is not among them", async () => {
    const fake = signedOut();
    fake.esia.signsIn = { ...demoPerson, roles: demoPerson.roles.filter((role) => !role.current) };
    const { user } = await openApp(fake, "/sign-in");
    await user.click(await screen.findByTestId("esia-begin"));
    expect((await screen.findByTestId("esia-not-this")).textContent).toContain(fake.state.organisation!.name);
    expect(screen.queryByTestId("enter-1000000005")).toBeNull();
    expect(screen.getByTestId("role-1000000005").textContent).toContain("доступ заблокирован");
    await user.click(screen.getByTestId("enter-1000000003"));
    await waitFor(() => expect(fake.called("enter_by_esia")[0]?.args).toEqual({ oid: "1000000003" }));
  });

  it("an organisation that is not in the program is added with what Госуслуги know", async () => {
    const fake = signedOut();
    fake.esia.signsIn = { ...demoPerson, roles: demoPerson.roles.filter((role) => !role.current) };
    fake.esia.entry = { session: null, prefilled: { name: "ООО «Василёк»", inn: "7707083893", ogrn: "1027700132195", kpp: "770701001" } };
    const { user } = await openApp(fake, "/sign-in");
    await user.click(await screen.findByTestId("esia-begin"));
    await user.click(await screen.findByTestId("enter-1000000003"));
    expect(await screen.findByTestId("esia-new")).toBeTruthy();
    expect(screen.getByTestId("field-inn")).toHaveProperty("value", "7707083893");
    expect(screen.getByTestId("field-kpp")).toHaveProperty("value", "770701001");
  });

  it("a person without organisations is told what to do", async () => {
    const fake = signedOut();
    fake.esia.signsIn = { ...demoPerson, roles: [] };
    const { user } = await openApp(fake, "/sign-in");
    await user.click(await screen.findByTestId("esia-begin"));
    expect((await screen.findByTestId("esia-no-roles")).textContent).toContain("пригласить");
  });

  it("somebody else can sign in although the browser knows one", async () => {
    const fake = signedOut();
    fake.esia.person = demoPerson;
    const { user } = await openApp(fake, "/sign-in");
    await user.click(await screen.findByTestId("esia-other"));
    await waitFor(() => expect(fake.called("sign_in_in_browser")[0]?.args).toEqual({ anew: true }));
  });

  it.each(["esia.denied", "esia.timed-out", "esia.incomplete", "esia.not-confirmed", "esia.id-token", "esia.unavailable", "app.no-browser", "portal.unreachable"])("%s is told in three parts and both ways stay", async (code) => {
    const fake = signedOut().fail("sign_in_in_browser", uiError(code, { message: "слова", fault: "alg", what: "access_token", esia: "ESIA-007004" }, true));
    const { user } = await openApp(fake, "/sign-in");
    await user.click(await screen.findByTestId("esia-begin"));
    expect((await screen.findByTestId("error-what")).textContent).toBe(text(`errors.${code}.what`));
    expect(screen.getByTestId("error-todo").textContent?.length).toBeGreaterThan(10);
    expect(screen.getByTestId("esia-begin")).toBeTruthy();
    expect(screen.getByTestId("way-signature")).toBeTruthy();
  });

  it("where it is not set up says who can do that and where", async () => {
    const fake = new FakeHost(readyState({ session: null, environment: "production" }));
    fake.esia.browser = false;
    await openApp(fake, "/sign-in");
    expect((await screen.findByTestId("esia-off")).textContent).toContain("esia.json");
    expect(screen.queryByTestId("esia-begin")).toBeNull();
  });
});

describe("several API keys", () => {
  it("are chosen from when the certificate does not tell", async () => {
    const fake = signedOut().fail("sign_in", uiError("app.choose-api-key"));
    fake.esia.keys = [...fake.esia.keys, { ...fake.esia.keys[0]!, id: "second", name: "Ермаков Андрей" }];
    const { user } = await openApp(fake, "/sign-in");
    const [button] = await screen.findAllByTestId(/^sign-in-/);
    await user.click(button!);
    await user.selectOptions(await screen.findByTestId("which-key"), "second");
    await user.click(button!);
    await waitFor(() => expect(fake.called("sign_in")[1]?.args).toMatchObject({ apiKey: "second" }));
  });
});

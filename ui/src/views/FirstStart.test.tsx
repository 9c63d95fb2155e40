import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { FakeHost, readyState, uiError } from "../testing/fakeHost";
import { openApp } from "../testing/render";
import { text } from "../testing/texts";

const nothing = { organisation: null, organisations: [], session: null, outboxPending: 0, lastSync: null };
const firstStart = (part = {}) => new FakeHost(readyState({ ...nothing, phase: "first-start", environment: null, protection: null, ...part }));
const noOrganisation = () => new FakeHost(readyState({ ...nothing, phase: "no-organisation" }));

describe("first start", () => {
  it("leads from the portal to the protection to the organisation", async () => {
    const { fake, user } = await openApp(firstStart());
    await user.click(screen.getByTestId("choice-demo"));
    await user.click(screen.getByTestId("first-start-next"));
    expect(screen.getByTestId("environment")).toHaveProperty("textContent", "Учебный режим");
    await user.click(screen.getByTestId("choice-passphrase"));
    await user.click(screen.getByTestId("create-vault"));
    expect(await screen.findByTestId("organisation-form")).toBeTruthy();
    expect(fake.called("create_vault")[0]?.args).toEqual({ request: { environment: "demo", protection: "passphrase" } });
  });

  it("does not offer the password store where there is none, and says why", async () => {
    const { user } = await openApp(firstStart({ keychainAvailable: false }));
    await user.click(screen.getByTestId("first-start-next"));
    expect(screen.getByTestId("choice-keychain")).toHaveProperty("disabled", true);
    expect(screen.getByText(/Хранилище паролей на этом компьютере недоступно/)).toBeTruthy();
  });

  it("a failed creation stays on its step and shows what happened", async () => {
    const { user } = await openApp(firstStart().fail("create_vault", uiError("app.vault-exists")));
    await user.click(screen.getByTestId("first-start-next"));
    await user.click(screen.getByTestId("create-vault"));
    expect((await screen.findByTestId("error-what")).textContent).toBe(text("errors.app.vault-exists.what"));
    expect(screen.getByTestId("create-vault")).toBeTruthy();
  });

  it("a cancelled passphrase window is no error", async () => {
    const { fake, user } = await openApp(firstStart().fail("create_vault", uiError("app.cancelled")));
    await user.click(screen.getByTestId("first-start-next"));
    await user.click(screen.getByTestId("create-vault"));
    await waitFor(() => expect(fake.called("create_vault")).toHaveLength(1));
    expect(screen.queryByTestId("error")).toBeNull();
  });
});

describe("the organisation's requisites", () => {
  it("are checked while they are typed", async () => {
    const { user } = await openApp(noOrganisation());
    await user.type(screen.getByTestId("field-inn"), "7801234561");
    expect(await screen.findByText(text("requisites.control-digit", { position: 10, expected: 4 }))).toBeTruthy();
    await user.clear(screen.getByTestId("field-inn"));
    await user.type(screen.getByTestId("field-inn"), "7801234564");
    await waitFor(() => expect(screen.queryByText(/Похоже на опечатку/)).toBeNull());
    await user.type(screen.getByTestId("field-ogrn"), "119784712");
    expect(await screen.findByText(text("requisites.length", { actual: 9, expected: "13/15" }))).toBeTruthy();
  });

  it("need no КПП for a sole proprietor", async () => {
    const { user } = await openApp(noOrganisation());
    await user.type(screen.getByTestId("field-inn"), "500100732259");
    await waitFor(() => expect(screen.queryByTestId("field-kpp")).toBeNull());
    expect(screen.getByText("ОГРНИП")).toBeTruthy();
  });

  it("can be taken over from Госуслуги", async () => {
    const fake = noOrganisation();
    fake.esia.signsIn = { name: "Полевая Вера", roles: [{ oid: "7", name: "ООО «Ромашка»", fullName: "ООО «Ромашка»", ogrn: "1197847123451", kind: "legal", chief: true, admin: false, active: true, branch: null, organisationId: null, current: false }] };
    fake.esia.entry = { session: null, prefilled: { name: "ООО «Ромашка»", inn: "7801234564", ogrn: "1197847123451", kpp: "780101001" } };
    const { user } = await openApp(fake);
    await user.click(await screen.findByTestId("esia-begin"));
    await user.click(await screen.findByTestId("enter-7"));
    await waitFor(() => expect(screen.getByTestId("field-inn")).toHaveProperty("value", "7801234564"));
    expect(screen.getAllByTestId("organisation-form")).toHaveLength(1);
    expect(screen.getByTestId("field-name")).toHaveProperty("value", "ООО «Ромашка»");
    expect(screen.queryByTestId("way-browser")).toBeNull();
  });

  it("are all asked for, and what was typed stays when the host refuses", async () => {
    const { fake, user } = await openApp(noOrganisation().fail("add_organisation", uiError("app.organisation-exists")));
    await user.click(screen.getByTestId("organisation-add"));
    expect(screen.getAllByText("Заполните это поле").length).toBeGreaterThan(3);
    expect(fake.called("add_organisation")).toHaveLength(0);
    await user.type(screen.getByTestId("field-name"), "ООО «Ромашка»");
    await user.type(screen.getByTestId("field-inn"), "7801 234 564");
    await user.type(screen.getByTestId("field-ogrn"), "1197847123451");
    await user.type(screen.getByTestId("field-kpp"), "780101001");
    await user.type(screen.getByTestId("field-api-key"), "key-1");
    await user.type(screen.getByTestId("field-region"), "Моск");
    await user.click(await screen.findByRole("option", { name: "Москва" }));
    await user.click(screen.getByTestId("organisation-add"));
    expect((await screen.findByTestId("error-what")).textContent).toBe(text("errors.app.organisation-exists.what"));
    expect(screen.getByTestId("field-name")).toHaveProperty("value", "ООО «Ромашка»");
    expect(screen.getByTestId("field-api-key")).toHaveProperty("value", "key-1");
    expect(fake.called("add_organisation")[0]?.args).toEqual({
      request: { name: "ООО «Ромашка»", inn: "7801234564", ogrn: "1197847123451", kpp: "780101001", region: "45000000000", apiKey: "key-1" },
    });
  });
});

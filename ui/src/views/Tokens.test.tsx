import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { CertificateOrder, ExpiryWarning, RenewalStep, TokenScan } from "../ipc";
import { accountant, director, expired, foreign, fullScan, jacarta, oldToken, passive, rutoken, scanOf, warning } from "../testing/demoPeople";
import { allTokens, damaged, dead, factory, inFile, keyFile, locked, manyCertificates, renewalDraft, renewalSteps, renewed } from "../testing/demoTokens";
import { FakeHost, uiError } from "../testing/fakeHost";
import { openApp } from "../testing/render";
import { text } from "../testing/texts";

async function open(scan: TokenScan = allTokens, fake = new FakeHost()) {
  fake.scan = scan;
  const opened = await openApp(fake, "/tokens");
  await waitFor(() => expect(screen.queryByTestId("loading")).toBeNull());
  return opened;
}
const block = (token: { id: string }) => screen.getByTestId(`token-${token.id}`);
const line = (certificate: { id: string }) => screen.getByTestId(`certificate-${certificate.id}`);

describe("tokens", () => {
  it("say what they are, and in words how their PIN stands and what to do", async () => {
    await open();
    for (const part of ["Рутокен ЭЦП 3.0", "Aktiv Co.", "3F0A91C2", "Aktiv Rutoken ECP 00 00", "30.2"]) expect(block(rutoken).textContent).toContain(part);
    expect(within(block(rutoken)).getByText(text("ui.pin.ok"))).toBeTruthy();
    expect(within(block(jacarta)).getByTestId("token-pin-last-try").textContent).toContain(text("ui.tokens.pin.last-try"));
    expect(within(block(factory)).getByTestId("token-pin-must-change").textContent).toContain(text("ui.tokens.pin.must-change"));
    expect(within(block(factory)).getByTestId("token-puk-last-try").textContent).toBe(text("ui.tokens.puk.last-try"));
    expect(block(rutoken).querySelector("[data-testid^=token-puk]")).toBeNull();
  });

  it("that are locked are unblocked and nothing else; with a locked PUK the way on is told instead", async () => {
    await open();
    expect(screen.getByTestId(`unblock-${locked.id}`)).toBeTruthy();
    for (const deed of ["change-pin", "import", "order"]) for (const token of [locked, dead]) expect(screen.queryByTestId(`${deed}-${token.id}`)).toBeNull();
    expect(screen.queryByTestId(`unblock-${rutoken.id}`)).toBeNull();
    expect(screen.queryByTestId(`unblock-${dead.id}`)).toBeNull();
    expect(within(block(dead)).getByTestId("token-pin-locked").textContent).toContain(text("ui.tokens.pin.dead"));
  });

  it("offer a new key only where the token makes one", async () => {
    await open();
    expect(screen.getByTestId(`order-${rutoken.id}`)).toBeTruthy();
    expect(screen.queryByTestId(`order-${jacarta.id}`)).toBeNull();
  });

  it("that only store keys are explained with every way on", async () => {
    const { user } = await open();
    const note = within(block(oldToken)).getByTestId("passive-note");
    for (const way of ["active", "newKey", "centre", "csp", "elsewhere"]) expect(note.textContent).toContain(text(`ui.tokens.passive.${way}`));
    expect(screen.queryByTestId(`import-${oldToken.id}`)).toBeNull();
    await user.click(within(note).getByTestId(`passive-order-${rutoken.id}`));
    expect(await screen.findByTestId("order-form")).toBeTruthy();
  });

  it("that were never prepared say so, and nothing of PINs or of storing keys", async () => {
    const { fake } = await open();
    fake.scan = scanOf({ tokens: [{ ...rutoken, id: "blank", blank: true, passive: true }] });
    await act(() => fake.emit("tokens-changed", null));
    const empty = await screen.findByTestId("token-blank");
    expect(within(empty).getByTestId("blank-note").textContent).toBe(text("ui.tokens.blank"));
    expect(within(empty).queryByTestId("passive-note")).toBeNull();
    expect(within(empty).queryAllByRole("button")).toEqual([]);
  });

  it("get another PIN, and what they say of it afterwards is shown", async () => {
    const { fake, user } = await open();
    await user.click(screen.getByTestId(`change-pin-${factory.id}`));
    await waitFor(() => expect(screen.getByTestId(`done-${factory.id}`).textContent).toBe(text("ui.tokens.done.pinChanged")));
    expect(fake.called("change_pin")[0]?.args).toEqual({ tokenId: factory.id });
    await waitFor(() => expect(within(block(factory)).queryByTestId("token-pin-must-change")).toBeNull());
  });

  it("a wrong PIN is told in place, and the tries that are left are read again", async () => {
    const fake = new FakeHost();
    fake.on("change_pin", () => {
      fake.scan = scanOf({ tokens: [{ ...rutoken, pin: "low" }] });
      throw uiError("token.pin-incorrect", {}, true);
    });
    const { user } = await open(scanOf({ tokens: [rutoken] }), fake);
    await user.click(screen.getByTestId(`change-pin-${rutoken.id}`));
    expect((await within(block(rutoken)).findByTestId("error-what")).textContent).toBe(text("errors.token.pin-incorrect.what"));
    expect(await within(block(rutoken)).findByTestId("token-pin-low")).toBeTruthy();
    expect(screen.getByTestId(`done-${rutoken.id}`).textContent).toBe("");
  });

  it("are unblocked with a new PIN; what the token does not allow is explained", async () => {
    const fake = new FakeHost().fail("unblock_pin", uiError("token.not-offered"));
    const { user } = await open(scanOf({ tokens: [locked] }), fake);
    await user.click(screen.getByTestId(`unblock-${locked.id}`));
    expect((await screen.findByTestId("error-todo")).textContent).toBe(text("errors.token.not-offered.todo"));
    fake.on("unblock_pin", () => {
      fake.scan = scanOf({ tokens: [{ ...locked, pin: "ok" }] });
      return null;
    });
    await user.click(screen.getByTestId(`unblock-${locked.id}`));
    expect(await screen.findByText(text("ui.tokens.done.unblocked"))).toBeTruthy();
    expect(await screen.findByTestId(`change-pin-${locked.id}`)).toBeTruthy();
  });

  it("take an issued certificate, and the key that waited for it waits no more", async () => {
    const { fake, user } = await open();
    expect(within(block(rutoken)).getByTestId("lone-keys").textContent).toContain(text("ui.tokens.loneKeyTodo"));
    await user.click(screen.getByTestId(`import-${rutoken.id}`));
    await waitFor(() => expect(screen.getByTestId(`done-${rutoken.id}`).textContent).toContain(`Сертификат записан: ${director.holder}`));
    expect(fake.called("import_certificate")[0]?.args).toEqual({ tokenId: rutoken.id });
    await waitFor(() => expect(within(block(rutoken)).queryByTestId("lone-keys")).toBeNull());
  });

  it("a certificate of another key is refused in words; a closed dialog says nothing", async () => {
    const fake = new FakeHost().fail("import_certificate", uiError("token.certificate-foreign"));
    const { user } = await open(allTokens, fake);
    await user.click(screen.getByTestId(`import-${rutoken.id}`));
    expect((await within(block(rutoken)).findByTestId("error-what")).textContent).toBe(text("errors.token.certificate-foreign.what"));
    fake.on("import_certificate", () => null);
    await user.click(screen.getByTestId(`import-${rutoken.id}`));
    await waitFor(() => expect(screen.queryByTestId("error")).toBeNull());
    expect(screen.getByTestId(`done-${rutoken.id}`).textContent).toBe("");
  });
});

describe("key files", () => {
  it("have no PIN and no serial number, and can be removed", async () => {
    const { fake, user } = await open();
    expect(block(keyFile).textContent).toContain(text("ui.tokens.holder.key-file"));
    expect(block(keyFile).textContent).not.toContain(keyFile.serial);
    expect(screen.queryByTestId(`change-pin-${keyFile.id}`)).toBeNull();
    await user.click(screen.getByTestId(`forget-${keyFile.id}`));
    await waitFor(() => expect(screen.queryByTestId(`token-${keyFile.id}`)).toBeNull());
    expect(fake.called("forget_key_file")[0]?.args).toEqual({ tokenId: keyFile.id });
  });

  it("are added; a wrong password is explained", async () => {
    const { fake, user } = await open(scanOf());
    await user.click(screen.getByTestId("add-key-file"));
    expect(await screen.findByTestId(`token-${keyFile.id}`)).toBeTruthy();
    fake.fail("add_key_file", uiError("token.passphrase-incorrect", {}, true));
    await user.click(screen.getByTestId("add-key-file"));
    expect((await screen.findByTestId("error-what")).textContent).toBe(text("errors.token.passphrase-incorrect.what"));
  });
});

describe("certificates", () => {
  it("stand under their token, a line a key, with what they are fit for or why not", async () => {
    await open(fullScan);
    const first = within(block(rutoken)).getByTestId(`certificate-${director.id}`);
    for (const part of [director.holder, "ООО «Северный ветер»", "7801234564", director.issuer, "Подходит: подпись документов, вход, подпись своих файлов"]) expect(first.textContent).toContain(part);
    expect(line(foreign).textContent).toContain("Подходит: подпись своих файлов");
    expect(line(foreign).textContent).toContain("в сертификате нет организации");
    expect(line(expired).textContent).toMatch(/Не подойдёт: срок действия закончился \d\d\.\d\d\.20\d\d/);
    expect(line(passive).textContent).toContain("токен только хранит ключ");
    expect(within(block(jacarta)).getByTestId(`certificate-${accountant.id}`).textContent).toContain("осталось 12 дней");
    expect(first.textContent).not.toContain("осталось");
  });

  it("say the days that are left from 60 on", async () => {
    const left = (daysLeft: number) => ({ ...director, id: String(daysLeft), daysLeft });
    await open(scanOf({ tokens: [rutoken], certificates: [left(60), left(61)] }));
    expect(line({ id: "60" }).textContent).toContain("осталось 60 дней");
    expect(line({ id: "61" }).textContent).not.toContain("осталось");
  });

  it("tell everything when opened, and of the same key elsewhere", async () => {
    const { user } = await open();
    await user.click(within(line(renewed)).getByText(renewed.holder));
    for (const part of ["Главный бухгалтер", renewed.serial, renewed.id, "ГОСТ Р 34.10-2012, 256 бит", "JaCarta бухгалтерия, № 0B52009172"]) expect(line(renewed).textContent).toContain(part);
    expect(within(line(renewed)).getByText(text("ui.tokens.also")).parentElement?.textContent).toContain("«Рутокен Ермакова»");
    expect(within(block(rutoken)).getByTestId(`elsewhere-${renewed.id}`).textContent).toContain("«JaCarta бухгалтерия»");
  });

  it("are saved as a copy; a file that cannot be written is explained", async () => {
    const { fake, user } = await open();
    await user.click(screen.getByTestId(`export-${director.id}`));
    expect(await within(line(director)).findByText(text("ui.tokens.done.exported"))).toBeTruthy();
    expect(fake.called("export_certificate")[0]?.args).toEqual({ certificateId: director.id });
    fake.fail("export_certificate", uiError("app.io", {}, true));
    await user.click(screen.getByTestId(`export-${director.id}`));
    expect(await within(line(director)).findByTestId("error")).toBeTruthy();
    expect(within(line(director)).queryByText(text("ui.tokens.done.exported"))).toBeNull();
  });

  it("that are damaged are listed with advice and without what is impossible", async () => {
    await open();
    expect(line(damaged).textContent).toContain(text("ui.tokens.damaged"));
    expect(line(damaged).textContent).toContain(text("ui.tokens.noName"));
    expect(screen.queryByTestId(`export-${damaged.id}`)).toBeNull();
    expect(screen.queryByTestId(`renew-${damaged.id}`)).toBeNull();
  });

  it("may be forty", async () => {
    await open(manyCertificates(40));
    expect(block(rutoken).querySelectorAll("details")).toHaveLength(40);
    expect(screen.getByTestId("expiry-notices").textContent).toContain("Ещё 3 сертификата");
  });
});

describe("what the host says of the list", () => {
  it("drivers that still answer are named, and the list follows when they have", async () => {
    const { fake } = await open(scanOf({ tokens: [rutoken], pending: ["libjcPKCS11-2.so"] }));
    expect(screen.getByTestId("pending-modules").textContent).toBe("Ещё отвечает: libjcPKCS11-2.so");
    fake.scan = scanOf({ tokens: [rutoken, jacarta] });
    await act(() => fake.emit("tokens-changed", null));
    expect(await screen.findByTestId(`token-${jacarta.id}`)).toBeTruthy();
    expect(screen.getByTestId("pending-modules").textContent).toBe("");
  });

  it("a service that does not run and drivers that cannot be used are explained quietly", async () => {
    await open({ ...fullScan, noService: uiError("readers.service-not-running") });
    expect(within(screen.getByTestId("no-service")).getByTestId("note-todo").textContent).toBe(text("errors.readers.service-not-running.todo"));
    expect(screen.getByTestId("token-problems").textContent).toContain(text("errors.token.module-missing.what"));
    expect(screen.queryByTestId("error")).toBeNull();
  });

  it("without tokens says what to do", async () => {
    await open(scanOf());
    expect(screen.getByTestId("empty").textContent).toContain(text("ui.tokens.empty.text"));
  });

  it("a list that cannot be read is asked for again by a person, who also wakes drivers that hung", async () => {
    const fake = new FakeHost().fail("scan_tokens", uiError("token.worker-unavailable", {}, true));
    const { user } = await open(allTokens, fake);
    await user.click(await screen.findByTestId("error-retry"));
    expect(await screen.findByTestId(`token-${rutoken.id}`)).toBeTruthy();
    await user.click(screen.getByTestId("rescan"));
    await waitFor(() => expect(fake.called("rescan_tokens")).toHaveLength(2));
  });
});

describe("warnings that certificates end", () => {
  const warned = (part: Partial<ExpiryWarning>) => scanOf({ tokens: [jacarta], certificates: [accountant], expiring: [warning(accountant, part)] });
  const notice = () => screen.getByTestId(`expiring-${accountant.id}`);

  it.each([["in-two-months", "info"], ["in-a-month", "warn"], ["in-two-weeks", "warn"], ["in-days", "bad"], ["over", "bad"]] as const)("%s is said in the tone %s", async (expiring, tone) => {
    await open(warned({ expiring }));
    expect(notice().classList.contains(tone)).toBe(true);
  });

  it("name the reporting date they come before, and lead to the renewal", async () => {
    const { user } = await open(warned({ beforeDeadline: "2026-12-25" }));
    expect(notice().textContent).toContain("раньше срока отчётности 25.12.2026");
    await user.click(screen.getByTestId(`expiring-renew-${accountant.id}`));
    expect(await screen.findByTestId("step-request")).toBeTruthy();
  });

  it("alarm nobody about one that was renewed", async () => {
    await open(warned({ expiring: "over", daysLeft: -3, renewed: true, beforeDeadline: "2026-12-25" }));
    expect(notice().classList.contains("quiet")).toBe(true);
    expect(notice().textContent).toContain(text("ui.today.renewed"));
    expect(notice().textContent).not.toContain("25.12.2026");
    expect(within(notice()).queryByRole("button")).toBeNull();
  });
});

describe("ordering a certificate", () => {
  const field = (name: string) => screen.getByTestId<HTMLInputElement>(`order-${name}`);
  async function ordering(fake = new FakeHost()) {
    fake.on("draft_order", () => renewalDraft);
    const opened = await open(scanOf({ tokens: [rutoken, factory] }), fake);
    await opened.user.click(screen.getByTestId(`order-${rutoken.id}`));
    await screen.findByTestId("order-form");
    return opened;
  }
  const sent = (fake: FakeHost) => fake.called("order_certificate").map((call) => call.args as { tokenId: string; order: CertificateOrder });

  it("begins with what is known and the usual kind of key, and ends with what to do next", async () => {
    const { fake, user } = await ordering();
    expect(fake.called("draft_order")[0]?.args).toEqual({ renewed: null });
    expect(field("surname").value).toBe("Ермаков");
    expect(screen.getByLabelText(text("ui.tokens.makes.gost2012-256-tc26-b"))).toHaveProperty("checked", true);
    await user.clear(field("snils"));
    await user.type(field("snils"), "112-233-445 95");
    await user.click(screen.getByTestId("order-confirm"));
    const done = await screen.findByTestId("ordered");
    expect(done.textContent).toContain("Запрос на сертификат.req");
    expect(done.textContent).toContain("/home/user/Документы");
    for (const next of ["send", "write"]) expect(screen.getByText(text(`ui.tokens.order.${next}`))).toBeTruthy();
    expect(sent(fake)).toEqual([{ tokenId: rutoken.id, order: renewalDraft }]);
    await user.click(screen.getByTestId("order-done"));
    expect(await within(block(rutoken)).findByTestId("lone-keys")).toBeTruthy();
  });

  it("takes the kinds of the token that is chosen", async () => {
    const { fake, user } = await ordering();
    await user.click(screen.getByLabelText(text("ui.tokens.makes.gost2012-512-tc26-a")));
    await user.selectOptions(screen.getByTestId("order-token"), factory.id);
    expect(screen.queryByLabelText(text("ui.tokens.makes.gost2012-512-tc26-a"))).toBeNull();
    await user.click(screen.getByTestId("order-confirm"));
    await screen.findByTestId("ordered");
    expect(sent(fake)[0]).toMatchObject({ tokenId: factory.id, order: { algorithm: "gost2012-256:tc26-b" } });
  });

  it.each([["SNILS", "snils"], ["INN", "inn"], ["INNLE", "organisationInn"], ["OGRN", "ogrn"], ["CN", "organisation"], ["ST", "region"], ["E", "email"]])(
    "a refused %s is told at its field, which is ready to be mended", async (attribute, name) => {
      const { user } = await ordering(new FakeHost().fail("order_certificate", uiError("key.subject-value-unfit", { attribute })));
      await user.click(screen.getByTestId("order-confirm"));
      await waitFor(() => expect(field(name).getAttribute("aria-invalid")).toBe("true"));
      expect(screen.getByText(text("ui.tokens.order.refused"))).toBeTruthy();
      await waitFor(() => expect(document.activeElement).toBe(field(name)));
      expect(screen.queryByTestId("error")).toBeNull();
      await user.type(field(name), "1");
      expect(screen.queryByText(text("ui.tokens.order.refused"))).toBeNull();
    });

  it("does not begin without the owner's name", async () => {
    const { fake, user } = await ordering();
    await user.clear(field("surname"));
    await user.click(screen.getByTestId("order-confirm"));
    expect(await screen.findByText(text("ui.organisation.required"))).toBeTruthy();
    expect(sent(fake)).toEqual([]);
  });

  it("keeps what was typed after an error, a cancelled PIN and a closed file dialog", async () => {
    const fake = new FakeHost().fail("order_certificate", uiError("token.full"));
    const { user } = await ordering(fake);
    await user.clear(field("position"));
    await user.type(field("position"), "Директор");
    await user.click(screen.getByTestId("order-confirm"));
    expect((await screen.findByTestId("error-what")).textContent).toBe(text("errors.token.full.what"));
    fake.fail("order_certificate", uiError("app.cancelled"));
    await user.click(screen.getByTestId("order-confirm"));
    await waitFor(() => expect(screen.queryByTestId("error")).toBeNull());
    fake.on("order_certificate", () => null);
    await user.click(screen.getByTestId("order-confirm"));
    await waitFor(() => expect(sent(fake)).toHaveLength(3));
    expect(field("position").value).toBe("Директор");
    expect(screen.queryByTestId("ordered")).toBeNull();
  });

  it("keeps the form when the token is pulled out", async () => {
    const { fake } = await ordering();
    fake.scan = scanOf();
    await act(() => fake.emit("tokens-changed", null));
    await waitFor(() => expect(screen.queryByTestId(`token-${rutoken.id}`)).toBeNull());
    expect(field("surname").value).toBe("Ермаков");
  });
});

describe("renewing a certificate", () => {
  async function renewing(steps: RenewalStep[], scan = fullScan) {
    const opened = await open(scan, new FakeHost().on("renewal", () => steps));
    await opened.user.click(screen.getByTestId(`renew-${director.id}`));
    await screen.findByTestId("step-data");
    return opened;
  }
  const step = (code: string) => screen.getByTestId(`step-${code}`);
  const done = (codes: string[]) => renewalSteps.map((one) => (codes.includes(one.code) ? { ...one, done: true, at: one.code === "request" ? "2026-11-12T10:00:00Z" : null } : one));

  it("says of each step whether it is done, not done or unknown, and what to do", async () => {
    const { fake } = await renewing(done(["data", "request"]));
    expect(fake.called("renewal")[0]?.args).toEqual({ certificateId: director.id });
    expect(step("request").textContent).toContain("сделано 12.11.2026");
    expect(step("request").textContent).not.toContain(text("ui.tokens.renewal.request.todo"));
    expect(within(step("request")).queryByRole("button")).toBeNull();
    expect(step("centre").textContent).toContain(text("ui.tokens.renewal.state.unknown"));
    expect(step("import").textContent).toContain(text("ui.tokens.renewal.state.open"));
    expect(step("import").textContent).toContain(text("ui.tokens.renewal.import.todo"));
  });

  it("orders with the owner's details and comes back to the steps", async () => {
    const { fake, user } = await renewing(renewalSteps);
    await user.click(screen.getByTestId("renewal-request"));
    await screen.findByTestId("order-form");
    expect(fake.called("draft_order")[0]?.args).toEqual({ renewed: director.id });
    await user.click(screen.getByTestId("order-confirm"));
    await user.click(await screen.findByTestId("order-done"));
    expect(await screen.findByTestId("step-request")).toBeTruthy();
  });

  it("writes the certificate to the token whose key waits for it", async () => {
    const { fake, user } = await renewing(renewalSteps, { ...fullScan, loneKeys: [{ tokenId: jacarta.id, label: "" }] });
    await user.click(screen.getByTestId(`renewal-import-${jacarta.id}`));
    await waitFor(() => expect(fake.called("import_certificate")[0]?.args).toEqual({ tokenId: jacarta.id }));
  });

  it("leads to the sign-in, and says so when no token here makes keys", async () => {
    const { user } = await renewing(renewalSteps, { ...fullScan, tokens: [{ ...rutoken, makes: [] }] });
    expect(step("request").textContent).toContain(text("ui.tokens.renewal.noMaker"));
    await user.click(screen.getByTestId("renewal-sign-in"));
    await waitFor(() => expect(window.location.hash).toBe("#/sign-in"));
  });

  it("steps that cannot be read can be asked for again", async () => {
    const fake = new FakeHost().fail("renewal", uiError("app.no-certificate"));
    const { user } = await open(fullScan, fake);
    await user.click(screen.getByTestId(`renew-${director.id}`));
    fake.on("renewal", () => renewalSteps);
    await user.click(await screen.findByTestId("error-retry"));
    expect(await screen.findByTestId("step-data")).toBeTruthy();
  });
});

it("the key file's certificate says its file instead of a serial number", async () => {
  await open();
  expect(line(inFile).textContent).toContain(keyFile.label);
  expect(line(inFile).textContent).not.toContain(keyFile.serial);
});

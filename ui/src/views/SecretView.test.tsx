import { fireEvent, screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { SecretPrompt } from "../ipc";
import { FakeHost, uiError } from "../testing/fakeHost";
import { prompts } from "../testing/fakeSecret";
import { openSecret, submitted } from "../testing/render";
import { text } from "../testing/texts";

const prompt = (name: string, part: Partial<SecretPrompt> = {}): SecretPrompt => {
  const found = prompts[name];
  if (!found) throw new Error(`no prompt ${name}`);
  return { ...found, ...part };
};
const field = () => screen.getByTestId<HTMLInputElement>("secret-value");

describe("asking for a PIN", () => {
  it("says who signs in, for which organisation, where and on which token", () => {
    openSecret(prompt("sign-in"));
    const text = document.body.textContent;
    for (const part of ["Ермаков Андрей Викторович", "ООО «Северный ветер»", "esia.gosuslugi.ru", "Рутокен Ермакова, № 3F0A91C2"]) expect(text).toContain(part);
  });

  it.each([["sign-in", "ok"], ["sign-in-unknown", "warning"]] as const)("%s says what is known of a revocation, and how old that is", (name, state) => {
    openSecret(prompts[name]!);
    expect(document.body.textContent).toContain(text(`preflight.certificate-revocation.${state}`, { hours: "3" }));
  });

  it("lists every document to be signed", () => {
    openSecret(prompt("sign"));
    expect(screen.getByText("Будут подписаны 12 документов:")).toBeTruthy();
    expect(screen.getByTestId("secret-documents").children).toHaveLength(12);
  });

  it("sends what was typed once on Enter and empties the field", async () => {
    const { fake, user } = openSecret(prompt("sign-in"));
    expect(document.activeElement).toBe(field());
    expect(field().type).toBe("password");
    await user.keyboard("12345678{Enter}");
    await waitFor(() => expect(submitted(fake)).toEqual(["12345678"]));
    expect(field().value).toBe("");
  });

  it("cancels on Escape and on the button", async () => {
    const { fake, user } = openSecret(prompt("sign-in"));
    await user.keyboard("123{Escape}");
    await waitFor(() => expect(submitted(fake)).toEqual([null]));
    expect(field().value).toBe("");
    await user.click(screen.getByTestId("secret-cancel"));
    await waitFor(() => expect(submitted(fake)).toEqual([null, null]));
  });

  it("does not send what is too short", async () => {
    const { fake, user } = openSecret(prompt("sign-in"));
    await user.keyboard("123{Enter}");
    expect(await screen.findByText("Нужно не меньше 6 знаков")).toBeTruthy();
    expect(submitted(fake)).toEqual([]);
  });

  it("hints at Russian letters and Caps Lock", async () => {
    const { user } = openSecret(prompt("sign-in"));
    await user.keyboard("ЙЦУ");
    expect(await screen.findByText(/переключите раскладку/)).toBeTruthy();
    fireEvent.keyDown(field(), { key: "Q", modifierCapsLock: true });
    expect(await screen.findByText("Включён Caps Lock")).toBeTruthy();
  });

  it("shows the previous error in three parts", () => {
    openSecret(prompt("low"));
    expect(screen.getByTestId("error-what").textContent).toBe(text("errors.token.pin-incorrect.what"));
    expect(screen.getByTestId("error-why").textContent).toBe(text("errors.token.pin-incorrect.why"));
    expect(screen.getByTestId("error-todo").textContent).toBe(text("errors.token.pin-incorrect.todo"));
    expect(screen.getByTestId("pin-state-low")).toBeTruthy();
  });

  it("the last try needs a second word", async () => {
    const { fake, user } = openSecret(prompt("last-try"));
    await user.type(field(), "12345678{Enter}");
    expect(screen.getByTestId("secret-submit")).toHaveProperty("disabled", true);
    expect(submitted(fake)).toEqual([]);
    await user.click(screen.getByTestId("last-try-confirm"));
    await user.click(screen.getByTestId("secret-submit"));
    await waitFor(() => expect(submitted(fake)).toEqual(["12345678"]));
  });

  it("a PIN that is locked cannot be typed", async () => {
    const { fake, user } = openSecret(prompt("locked"));
    expect(screen.queryByTestId("secret-value")).toBeNull();
    expect(screen.queryByTestId("secret-submit")).toBeNull();
    await user.keyboard("{Enter}");
    await waitFor(() => expect(submitted(fake)).toEqual([null]));
  });

  it("a factory PIN is warned of above the field and can be typed", async () => {
    const { fake, user } = openSecret(prompt("must-change"));
    const warning = screen.getByTestId("pin-state-must-change");
    expect(warning.textContent).toBe("На токене заводской PIN-код. Смените его на экране «Токены и подписи».");
    expect(warning.compareDocumentPosition(field()) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
    await user.keyboard("12345678{Enter}");
    await waitFor(() => expect(submitted(fake)).toEqual(["12345678"]));
  });

  it("a PIN pad is only started from here", async () => {
    const { fake, user } = openSecret(prompt("on-device"));
    expect(screen.queryByTestId("secret-value")).toBeNull();
    await user.click(screen.getByTestId("secret-submit"));
    await waitFor(() => expect(submitted(fake)).toEqual([""]));
  });

  it("a refusal of the host is shown and the field is ready again", async () => {
    const fake = new FakeHost();
    const { user } = openSecret(prompt("sign-in"), fake);
    fake.fail("submit_secret", uiError("app.background", {}, true));
    await user.keyboard("12345678{Enter}");
    expect((await screen.findByTestId("error-what")).textContent).toBe(text("errors.app.background.what"));
    expect(field().value).toBe("");
    await waitFor(() => expect(document.activeElement).toBe(field()));
  });
});

describe("a new passphrase", () => {
  it("must be long enough and typed twice alike", async () => {
    const { fake, user } = openSecret(prompt("new-passphrase"));
    await user.type(field(), "коротко");
    expect(screen.getByTestId("strength").dataset.strength).toBe("short");
    await user.clear(field());
    await user.type(field(), "зелёный чайник у окна");
    expect(screen.getByTestId("strength").dataset.strength).toBe("strong");
    await user.type(screen.getByTestId("secret-repeat"), "зелёный чайник{Enter}");
    expect(await screen.findByText("Фразы не совпадают")).toBeTruthy();
    expect(submitted(fake)).toEqual([]);
    await user.type(screen.getByTestId("secret-repeat"), " у окна{Enter}");
    await waitFor(() => expect(submitted(fake)).toEqual(["зелёный чайник у окна"]));
  });
});

describe("a new PIN", () => {
  const again = () => screen.getByTestId<HTMLInputElement>("secret-repeat");

  it("is typed twice alike, within the token's lengths, and never shown", async () => {
    const { fake, user } = openSecret(prompt("new-pin"));
    expect(screen.getByTestId("secret-lead").textContent).toBe(text("secret.lead.new-pin"));
    expect(screen.getByTestId("secret-submit").textContent).toBe("Задать PIN-код");
    expect([field().type, again().type]).toEqual(["password", "password"]);
    expect(screen.queryByTestId("strength")).toBeNull();
    await user.type(field(), "12345");
    await user.type(again(), "12345{Enter}");
    expect(await screen.findByText("Нужно не меньше 6 знаков")).toBeTruthy();
    await user.type(field(), "678");
    await user.type(again(), "679{Enter}");
    expect(await screen.findByText("PIN-коды не совпадают")).toBeTruthy();
    expect(submitted(fake)).toEqual([]);
    await user.type(again(), "{Backspace}8{Enter}");
    await waitFor(() => expect(submitted(fake)).toEqual(["12345678"]));
    expect([field().value, again().value]).toEqual(["", ""]);
  });

  it("of a token that names no lengths may be long, but not empty", async () => {
    const { fake, user } = openSecret(prompt("new-pin", { minLength: 0, maxLength: 0 }));
    await user.type(again(), "{Enter}");
    expect(await screen.findByText("Нужен хотя бы 1 знак")).toBeTruthy();
    const long = "1".repeat(60);
    await user.type(field(), long);
    await user.type(again(), `${long}{Enter}`);
    await waitFor(() => expect(submitted(fake)).toEqual([long]));
  });
});

describe("a PUK", () => {
  it("is asked for with where it comes from, and promised to be sent once", async () => {
    const { fake, user } = openSecret(prompt("puk"));
    expect(screen.getByTestId("secret-lead").textContent).toBe(text("secret.lead.unblock"));
    expect(screen.getByText(text("secret.oncePuk"))).toBeTruthy();
    expect(field().type).toBe("password");
    await user.keyboard("87654321{Enter}");
    await waitFor(() => expect(submitted(fake)).toEqual(["87654321"]));
  });

  it("with few tries left says so of the PUK", () => {
    openSecret(prompt("puk-low"));
    expect(screen.getByTestId("pin-state-low").textContent).toBe(text("secret.statePuk.low"));
  });

  it("the last try needs a second word that names the loss", async () => {
    const { fake, user } = openSecret(prompt("puk-last-try"));
    expect(screen.getByTestId("pin-state-last-try").textContent).toBe(text("secret.statePuk.last-try"));
    expect(screen.getByText(text("secret.lastTryPukConfirm"))).toBeTruthy();
    await user.type(field(), "87654321{Enter}");
    expect(submitted(fake)).toEqual([]);
    await user.click(screen.getByTestId("last-try-confirm"));
    await user.click(screen.getByTestId("secret-submit"));
    await waitFor(() => expect(submitted(fake)).toEqual(["87654321"]));
  });
});

describe("a key file", () => {
  it("is named without a number, and its password may have any length, also none", async () => {
    const { fake, user } = openSecret(prompt("key-file"));
    expect(screen.getByText("Ключ директора.p12")).toBeTruthy();
    expect(document.body.textContent).not.toContain("№");
    expect(screen.getByText(text("secret.onceFile"))).toBeTruthy();
    await user.type(field(), `${"пароль ".repeat(20)}{Enter}`);
    await user.keyboard("{Enter}");
    await waitFor(() => expect(submitted(fake)).toEqual(["пароль ".repeat(20), ""]));
  });

  it("that signs lists the documents like a token", () => {
    openSecret(prompt("sign-with-file"));
    expect(screen.getByTestId("secret-documents").children).toHaveLength(12);
    expect(screen.getByTestId("secret-submit").textContent).toBe("Подписать");
  });
});

it.each(["change-pin", "make-key", "import-certificate"])("%s says what for", (name) => {
  openSecret(prompt(name));
  expect(screen.getByRole("heading", { level: 1 }).textContent).toBe(text(`secret.title.${name}`));
  expect(screen.getByTestId("secret-lead").textContent).toBe(text(`secret.lead.${name}`));
  expect(screen.getByTestId("secret-submit").textContent).toBe(text(`secret.submit.${name}`));
});

it("English is spoken when the prompt asks for it", () => {
  openSecret(prompt("unlock", { language: "en" }));
  expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("Unlock the archive");
});

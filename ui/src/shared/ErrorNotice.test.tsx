import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import en from "@locales/en.json";
import ru from "@locales/ru.json";
import { describe, expect, it } from "vitest";
import type { UiError } from "../ipc";
import { uiError } from "../testing/fakeHost";
import { text } from "../testing/texts";
import { ErrorNotice } from "./ErrorNotice";
import { OriginContext } from "./support";
import { Themed } from "./Themed";

const show = (error: UiError) => render(<Themed><ErrorNotice error={error} /></Themed>);
const part = (name: string) => screen.queryByTestId(`error-${name}`)?.textContent ?? null;

describe("an error", () => {
  it("shows a value the host left out as nothing", () => {
    show(uiError("portal.rate-limited"));
    expect(part("todo")).toBe("Ничего делать не нужно: программа продолжит примерно через  мин.");
    expect(document.body.textContent).not.toContain("{{");
  });

  it.each([
    ["app.preflight", { check: "clock" }, "Часы компьютера неверны: исправьте дату и время."],
    ["app.preflight", { check: "certificate-valid-now" }, "Сертификат сейчас не действует: выберите другой."],
    ["app.unfit-certificate", { reason: "passive-token" }, "Токен только хранит ключ и не умеет подписывать сам."],
    ["app.unfit-certificate", { reason: "expired" }, "Срок действия закончился."],
    ["app.requisite", { field: "api-key" }, "Ключ API."],
  ])("%s names what stood in the way: %j", (code, params, detail) => {
    show(uiError(code, params));
    expect(part("what")).toBe(text(`errors.${code}.what`));
    expect(part("detail")).toBe(detail);
    expect(screen.getByTestId("error-what").nextElementSibling).toBe(screen.getByTestId("error-detail"));
  });

  it.each([
    ["app.preflight", { check: "brand-new" }],
    ["app.requisite", {}],
    ["token.removed", { check: "clock" }],
  ])("%s with %j has no detail to show", (code, params) => {
    show(uiError(code, params));
    expect(part("what")).toBe(text(`errors.${code}.what`));
    expect(part("detail")).toBeNull();
  });

  it("is copied for support without anything of the person, the organisation or a document", async () => {
    const user = userEvent.setup();
    const error = uiError("cabinet.refused.requisites-mismatch", {
      http: "422", support: "7f3a0e5c-1111-4222-8333-944445555666", message: "Адрес не совпадает: ул. Полевая, 5", fields: "legalAddress", inn: "7707083893", reason: "Роли «Бухгалтер» это запрещено", path: "/home/lyutikova/Договор.pdf",
    });
    render(<Themed><OriginContext value={{ version: "1.2.3", environment: "test" }}><ErrorNotice error={error} /></OriginContext></Themed>);
    await user.click(screen.getByRole("button", { name: text("ui.error.copy") }));
    const copied = await navigator.clipboard.readText();
    expect(copied).toContain("cabinet.refused.requisites-mismatch");
    expect(copied).toContain("1.2.3");
    expect(copied).toContain(text("ui.environment.test.badge"));
    expect(copied).toMatch(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/);
    expect(copied).toContain("http: 422");
    expect(copied).toContain("7f3a0e5c-1111-4222-8333-944445555666");
    for (const personal of ["Полевая", "7707083893", "Бухгалтер", "lyutikova", "legalAddress"]) expect(copied).not.toContain(personal);
    expect(screen.getByTestId("error-copy").textContent).toBe(text("ui.error.copied"));
  });

  it("details need no values: the error has none", () => {
    for (const { certificate, preflight, requisites } of [ru, en]) {
      const unfit: Record<string, string> = certificate.unfit;
      const checks: Record<string, Record<string, string>> = preflight;
      for (const reason of Object.keys(unfit)) expect(unfit[`${reason}_short`] ?? (reason.endsWith("_short") ? "" : unfit[reason])).not.toContain("{{");
      for (const check of Object.values(checks)) expect(check["failed_short"] ?? check["failed"]).not.toContain("{{");
      expect(Object.keys(requisites.field).sort()).toEqual(["api-key", "inn", "kpp", "name", "ogrn", "region"]);
    }
  });
});

import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { AppState, Protection, SecretPrompt } from "../ipc";
import { FakeHost, readyState, uiError } from "../testing/fakeHost";
import { demoCode, prompts } from "../testing/fakeSecret";
import { openApp, openSecret, submitted } from "../testing/render";

const prompt = (name: string): SecretPrompt => {
  const found = prompts[name];
  if (!found) throw new Error(`no prompt ${name}`);
  return found;
};
const settings = (part: Partial<AppState> = {}) => openApp(new FakeHost(readyState(part)), "/settings");
const changes = (fake: FakeHost) => fake.called("change_protection").map((call) => call.args);
const way = (name: string) => within(screen.getByTestId(`way-${name}`));
const error = async () => (await screen.findByTestId("error")).dataset.code;

describe("the lock screen", () => {
  it("offers the recovery code where there is one, and only there", async () => {
    const { fake, user } = await openApp(new FakeHost(readyState({ phase: "locked" })));
    await user.click(screen.getByTestId("unlock-by-code"));
    await waitFor(() => expect(screen.queryByTestId("unlock")).toBeNull());
    expect(fake.called("unlock_by_code")).toHaveLength(1);
    expect(fake.called("unlock")).toHaveLength(0);
  });

  it("without a code says nothing of it", async () => {
    await openApp(new FakeHost(readyState({ phase: "locked", recoveryCode: null })));
    expect(screen.getByTestId("unlock")).toBeTruthy();
    expect(screen.queryByTestId("unlock-by-code")).toBeNull();
  });

  it("names the groups that are mistyped, and stays locked", async () => {
    const fake = new FakeHost(readyState({ phase: "locked" })).fail("unlock_by_code", uiError("vault.recovery-code-mistyped", { groups: "2, 5" }));
    const { user } = await openApp(fake);
    await user.click(screen.getByTestId("unlock-by-code"));
    expect(await error()).toBe("vault.recovery-code-mistyped");
    expect(screen.getByTestId("error").textContent).toContain("2, 5");
    expect(screen.getByTestId("unlock")).toBeTruthy();
  });

  it("a question that was cancelled is no error", async () => {
    const { fake, user } = await openApp(new FakeHost(readyState({ phase: "locked" })).fail("unlock_by_code", uiError("app.cancelled")));
    await user.click(screen.getByTestId("unlock-by-code"));
    await waitFor(() => expect(fake.called("unlock_by_code")).toHaveLength(1));
    expect(screen.queryByTestId("error")).toBeNull();
  });
});

describe("the protection in the settings", () => {
  it("says what opens the vault and of when the code is", async () => {
    await settings({ protection: "passphrase", keychainAvailable: false, recoveryCode: "2026-03-04T09:30:00Z" });
    expect(screen.getByTestId("way-passphrase").textContent).toContain("Задана");
    expect(screen.getByTestId("way-keychain").textContent).toContain("Недоступно на этом компьютере");
    expect(screen.getByTestId("way-code").textContent).toContain("2026");
  });

  const offers: [Protection, boolean, string[]][] = [
    ["passphrase", false, ["set-passphrase", "add-keychain", "make-recovery-code"]],
    ["keychain", false, ["set-passphrase", "make-recovery-code"]],
    ["both", true, ["set-passphrase", "set-passphrase-by-code", "remove-passphrase", "remove-keychain", "make-recovery-code", "remove-recovery-code"]],
    ["keychain", true, ["set-passphrase", "make-recovery-code", "remove-recovery-code"]],
  ];
  it.each(offers)("with %s and a code (%s) offers what leaves a way in", async (protection, coded, expected) => {
    await settings({ protection, recoveryCode: coded ? "2026-03-04T09:30:00Z" : null });
    const all = ["passphrase", "keychain", "code"].flatMap((name) => way(name).queryAllByRole("button").map((button) => button.dataset.testid));
    expect(all).toEqual(expected);
  });

  it("changes the passphrase, by the old one or by the code", async () => {
    const { fake, user } = await settings();
    await user.click(screen.getByTestId("set-passphrase"));
    expect(await screen.findByTestId("protection-done")).toBeTruthy();
    await user.click(screen.getByTestId("set-passphrase-by-code"));
    await waitFor(() => expect(changes(fake)).toEqual([
      { change: "set-passphrase", proof: "passphrase" }, { change: "set-passphrase", proof: "recovery-code" },
    ]));
  });

  it("makes a code and from then on shows its date", async () => {
    const { user } = await settings({ recoveryCode: null });
    expect(screen.getByTestId("way-code").textContent).toContain("не восстановить");
    await user.click(screen.getByTestId("make-recovery-code"));
    expect((await screen.findByTestId("protection-done")).textContent).toContain("уничтожьте");
    expect(screen.getByTestId("way-code").textContent).toContain(String(new Date().getFullYear()));
    expect(document.body.textContent).not.toContain("4567K");
  });

  it("asks once more before a way in goes", async () => {
    const { fake, user } = await settings();
    await user.click(screen.getByTestId("remove-recovery-code"));
    expect(changes(fake)).toEqual([]);
    await user.click(await screen.findByTestId("confirm-removal"));
    await waitFor(() => expect(changes(fake)).toEqual([{ change: "remove-recovery-code", proof: "passphrase" }]));
    expect((await screen.findByTestId("protection-done")).textContent).toContain("больше не действует");
  });

  it("a wrong passphrase changes nothing and is told", async () => {
    const { fake, user } = await settings();
    fake.fail("change_protection", uiError("vault.wrong-passphrase"));
    await user.click(screen.getByTestId("set-passphrase"));
    expect(await error()).toBe("vault.wrong-passphrase");
    expect(screen.queryByTestId("protection-done")).toBeNull();
  });
});

describe("a backup", () => {
  it("is restored by the code where the passphrase is forgotten", async () => {
    const { fake, user } = await openApp(new FakeHost(readyState({ phase: "first-start", protection: null, recoveryCode: null })));
    await user.click(screen.getByTestId("restore-instead"));
    await user.click((await screen.findAllByTestId("restore-backup"))[0] as HTMLElement);
    await user.click(await screen.findByTestId("restore-by-code"));
    await waitFor(() => expect(fake.called("restore_backup")[0]?.args).toMatchObject({ proof: "recovery-code" }));
  });
});

describe("the window that asks for the code", () => {
  const field = () => screen.getByTestId<HTMLInputElement>("secret-value");
  const mark = (number: number) => screen.getByTestId(`group-${number}`).dataset.mark;

  it("says which group has a slip before anything is sent", async () => {
    const { fake, user } = openSecret(prompt("recovery-code"));
    expect(document.activeElement).toBe(field());
    await user.keyboard("01237 4576k 89");
    expect([mark(1), mark(2), mark(3), mark(4)]).toEqual(["right", "wrong", "begun", "empty"]);
    expect(screen.getByRole("status").textContent).toContain("Проверьте группы: 2");
    await user.keyboard("{Enter}");
    expect(submitted(fake)).toEqual([]);
    expect(field().value).not.toBe("");
  });

  it("sends the whole code as it was typed, once, and empties the field", async () => {
    const { fake, user } = openSecret(prompt("recovery-code"));
    await user.keyboard("01237 4567k");
    await user.keyboard("{Enter}");
    expect(await screen.findByText("Введены не все группы")).toBeTruthy();
    await user.clear(field());
    await user.type(field(), demoCode.toLowerCase());
    expect(screen.getByRole("status").textContent).toContain("7 из 7");
    await user.keyboard("{Enter}");
    await waitFor(() => expect(submitted(fake)).toEqual([demoCode.toLowerCase()]));
    expect(field().value).toBe("");
  });

  it("cancels on Escape", async () => {
    const { fake, user } = openSecret(prompt("restore-by-code"));
    await user.keyboard("0123{Escape}");
    await waitFor(() => expect(submitted(fake)).toEqual([null]));
    expect(field().value).toBe("");
  });
});

describe("the window that shows a new code", () => {
  it("shows every group and takes no answer before the person says that they have it", async () => {
    const { fake, user } = openSecret(prompt("new-recovery-code"));
    const groups = within(screen.getByTestId("new-code")).getAllByRole("listitem");
    expect(groups.map((group) => group.textContent?.slice(1))).toEqual(demoCode.split("-"));
    expect(screen.getByTestId<HTMLButtonElement>("secret-submit").disabled).toBe(true);
    await user.click(screen.getByTestId("code-kept"));
    await user.click(screen.getByTestId("secret-submit"));
    await waitFor(() => expect(submitted(fake)).toEqual([""]));
  });

  it("closed without that it says no", async () => {
    const { fake, user } = openSecret(prompt("new-recovery-code"));
    await user.keyboard("{Escape}");
    await waitFor(() => expect(submitted(fake)).toEqual([null]));
  });

  it("prints and saves only when asked to", async () => {
    const print = vi.spyOn(window, "print").mockImplementation(() => undefined);
    const fake = new FakeHost();
    let saved = false;
    fake.on("save_code", () => (saved = !saved));
    const { user } = openSecret(prompt("new-recovery-code"), fake);
    expect(print).not.toHaveBeenCalled();
    expect(fake.called("save_code")).toEqual([]);
    await user.click(screen.getByTestId("print-code"));
    expect(print).toHaveBeenCalledTimes(1);
    await user.click(screen.getByTestId("save-code"));
    expect(await screen.findByText(/Сохранён/)).toBeTruthy();
    print.mockRestore();
  });

  it("a file that cannot be written is told", async () => {
    const fake = new FakeHost().fail("save_code", uiError("app.file-exists"));
    const { user } = openSecret(prompt("new-recovery-code"), fake);
    await user.click(screen.getByTestId("save-code"));
    expect(await error()).toBe("app.file-exists");
    expect(screen.queryByText(/Сохранён/)).toBeNull();
  });
});

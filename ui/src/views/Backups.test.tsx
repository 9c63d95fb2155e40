import { screen, within } from "@testing-library/react";
import { act } from "react";
import { describe, expect, it } from "vitest";
import { absentDrive, demoBackups, noBackups } from "../testing/demoBackups";
import { FakeHost, readyState, uiError } from "../testing/fakeHost";
import { openApp } from "../testing/render";
import { text } from "../testing/texts";

const withBackups = (backups = demoBackups()) => Object.assign(new FakeHost(), { backups });

describe("backups in the settings", () => {
  it("says that there are none and makes the first", async () => {
    const { user } = await openApp(withBackups(noBackups()), "#/settings");
    expect(await screen.findByTestId("no-backups")).toBeTruthy();
    await user.click(screen.getByTestId("back-up-now"));
    const [first] = await screen.findAllByTestId("backup");
    expect(first?.dataset.state).toBe("sound");
  });

  it("keeps the failure of a try in sight, and shows what was made before", async () => {
    const fake = withBackups(absentDrive()).fail("back_up", uiError("store.full", {}, true));
    const { user } = await openApp(fake, "#/settings");
    expect((await screen.findByTestId("drive-absent")).textContent).toBe(text("ui.backups.driveAbsent"));
    expect(within(screen.getByTestId("backup-failure")).getByTestId("note-code").textContent).toContain("store.full");
    await user.click(screen.getByTestId("back-up-now"));
    expect((await screen.findByTestId("error-code")).textContent).toContain("store.full");
    expect(screen.getAllByTestId("backup").length).toBe(5);
  });

  it("offers no broken backup for restoring", async () => {
    await openApp(withBackups(), "#/settings");
    const rows = await screen.findAllByTestId("backup");
    const offered = rows.map((row) => [row.dataset.state, !(within(row).getByTestId("restore-backup") as HTMLButtonElement).disabled]);
    expect(offered).toEqual([["sound", true], ["sound", true], ["broken", false], ["unchecked", true], ["sound", true]]);
  });

  it("checks a backup and tells what is wrong with it", async () => {
    const fake = withBackups().fail("verify_backup", uiError("store.damaged"));
    const { user } = await openApp(fake, "#/settings");
    await user.click((await screen.findAllByTestId("check-backup"))[3]!);
    expect((await screen.findByTestId("error-code")).textContent).toContain("store.damaged");
    expect(fake.called("verify_backup")[0]?.args).toEqual({ id: "vault:9" });
  });

  it("restores only after saying what is lost and what stays", async () => {
    const { fake, user } = await openApp(withBackups(), "#/settings");
    await user.click((await screen.findAllByTestId("restore-backup"))[0]!);
    const dialog = await screen.findByTestId("restore-dialog");
    for (const key of ["lost.title", "kept.files", "kept.protection", "passphrase"]) {
      expect(dialog.textContent).toContain(text(`ui.backups.dialog.${key}`));
    }
    expect(fake.called("restore_backup")).toEqual([]);
    await user.click(screen.getByTestId("confirm-restore"));
    expect(fake.called("restore_backup")[0]?.args).toEqual({ id: "vault:0.4", proof: "passphrase" });
  });

  it("follows what the program does by itself", async () => {
    const { fake } = await openApp(withBackups(noBackups()), "#/settings");
    await screen.findByTestId("no-backups");
    fake.backups = demoBackups();
    await act(() => fake.emit("backups-changed", null));
    expect((await screen.findAllByTestId("backup")).length).toBe(5);
  });
});

describe("a vault that cannot be opened", () => {
  const locked = () => new FakeHost(readyState({ phase: "locked", session: null }));

  it("offers its backups when it is damaged, and not for a wrong passphrase", async () => {
    const fake = locked().fail("unlock", uiError("vault.wrong-passphrase"));
    const { user } = await openApp(fake);
    await user.click(screen.getByTestId("unlock"));
    await screen.findByTestId("error");
    expect(screen.queryByTestId("restore-instead")).toBeNull();
    fake.fail("unlock", uiError("store.damaged"));
    await user.click(screen.getByTestId("unlock"));
    await user.click(await screen.findByTestId("restore-instead"));
    expect(await screen.findByTestId("backups")).toBeTruthy();
    expect(screen.queryByTestId("check-backup")).toBeNull();
    await user.click((await screen.findAllByTestId("restore-backup"))[0]!);
    await user.click(await screen.findByTestId("confirm-restore"));
    expect(await screen.findByTestId("state-line")).toBeTruthy();
  });

  it("is made of a backup on a new computer", async () => {
    const fake = Object.assign(new FakeHost(readyState({ phase: "first-start", session: null, organisation: null, organisations: [] })), { backups: noBackups() });
    const { user } = await openApp(fake);
    await user.click(await screen.findByTestId("restore-instead"));
    await user.click(await screen.findByTestId("find-backups"));
    expect((await screen.findAllByTestId("backup")).length).toBe(1);
  });
});

describe("chosen documents", () => {
  it("are written out together, as the user says", async () => {
    const { fake, user } = await openApp(new FakeHost(), "#/documents");
    await screen.findByTestId("documents");
    await user.click(screen.getByTestId("select-doc-0004"));
    await user.click(await screen.findByTestId("export-marked"));
    await user.click(await screen.findByTestId("export-folder"));
    const [call] = fake.called("export_documents");
    expect(call?.args).toEqual({ ids: ["doc-0004"], form: "folder" });
  });
});

import { fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { describe, expect, it, vi } from "vitest";
import { Themed } from "../../shared/Themed";
import { FakeHost, uiError } from "../../testing/fakeHost";
import { demoPoaRow } from "../../testing/demoPoaRow";
import { consequences } from "../../testing/fakePoaBack";
import { text } from "../../testing/texts";
import { AppStateProvider } from "../app/AppState";
import { AddScan } from "./AddScan";
import { ChangeAction } from "./ChangeAction";
import { RevokeAction } from "./RevokeAction";

const NUMBER = "5d0c0a3e-7b1f-4c52-9f64-1c2d3e4f5a6b";

async function show(piece: ReactNode, fake = new FakeHost()) {
  fake.install();
  const user = userEvent.setup();
  render(<Themed><AppStateProvider pending={null} failed={() => null}>{piece}</AppStateProvider></Themed>);
  return { user, fake };
}

describe("revoking", () => {
  it("says why there is nothing to revoke and offers no signature", async () => {
    const fake = new FakeHost();
    fake.on("poa_consequences", () => consequences({ way: "none", against: uiError("poa.over", { date: "01.02.2026" }) }));
    const { user } = await show(<RevokeAction number={NUMBER} state="active" onDone={() => undefined} />, fake);
    await user.click(await screen.findByTestId("poa-revoke"));
    expect(await screen.findByText(text("errors.poa.over.what", { date: "01.02.2026" }))).toBeTruthy();
    expect(screen.queryByTestId("revoke-write")).toBeNull();
  });

  it("takes off the queue what has not left", async () => {
    const fake = new FakeHost();
    fake.on("poa_consequences", () => consequences({ way: "unqueue" }));
    const done = vi.fn();
    const { user } = await show(<RevokeAction number={NUMBER} state="active" onDone={done} />, fake);
    await user.click(await screen.findByTestId("poa-revoke"));
    await user.click(await screen.findByTestId("revoke-unqueue-do"));
    await waitFor(() => expect(done).toHaveBeenCalled());
    expect(fake.called("unqueue_poa")[0]?.args).toEqual({ number: NUMBER });
  });

  it("keeps the reason when the revocation cannot be written", async () => {
    const fake = new FakeHost();
    fake.fail("draft_revocation", uiError("poa.head-unknown"));
    const { user } = await show(<RevokeAction number={NUMBER} state="active" onDone={() => undefined} />, fake);
    await user.click(await screen.findByTestId("poa-revoke"));
    await user.type(await screen.findByTestId("revoke-reason"), "Уволен");
    await user.click(screen.getByTestId("revoke-write"));
    expect(await screen.findByText(text("errors.poa.head-unknown.what"))).toBeTruthy();
    expect((screen.getByTestId("revoke-reason") as HTMLTextAreaElement).value).toBe("Уволен");
  });

  it("shows what stops at once and what falls with it, and goes on to the signature", async () => {
    const fake = new FakeHost();
    fake.on("poa_consequences", () => consequences({ irrevocable: "Обязательство исполнено", fallen: [demoPoaRow({ representatives: ["Иванов Иван"] })] }));
    const { user } = await show(<RevokeAction number={NUMBER} state="active" onDone={() => undefined} />, fake);
    await user.click(await screen.findByTestId("poa-revoke"));
    const question = await screen.findByTestId("revoke-question");
    expect(within(question).getByTestId("revoke-consequences").textContent).toContain("Васильков Пётр Сергеевич");
    expect(within(question).getByTestId("revoke-fallen").textContent).toContain("Иванов Иван");
    expect(within(question).getByTestId("revoke-irrevocable").textContent).toContain("Обязательство исполнено");
    expect(question.textContent).toContain("Ромашкина Анна Сергеевна");
    expect(within(question).getByTestId("revoke-write").hasAttribute("disabled")).toBe(true);
    await user.type(within(question).getByTestId("revoke-reason"), "Обязательство исполнено");
    await user.click(within(question).getByTestId("revoke-write"));
    expect(await screen.findByTestId("signing-sheet")).toBeTruthy();
    expect(fake.called("draft_revocation")[0]?.args).toEqual({ number: NUMBER, reason: "Обязательство исполнено" });
  });
});

describe("changing", () => {
  it("after its end there is only a new one", async () => {
    const { user, fake } = await show(<ChangeAction number={NUMBER} state="expired" />);
    expect(await screen.findByText(text("ui.poaBack.renew"))).toBeTruthy();
    expect(screen.queryByTestId("poa-extend")).toBeNull();
    await user.click(screen.getByTestId("poa-change"));
    await waitFor(() => expect(window.location.hash).toBe("#/drafts/draft-1"));
    expect(fake.called("supersede_poa")).toHaveLength(1);
  });

  it("is not offered on the way to the registry, and prolongs what is in force", async () => {
    const { user, fake } = await show(<><ChangeAction number={NUMBER} state="processing" /><ChangeAction number={NUMBER} state="active" /></>);
    await user.click(await screen.findByTestId("poa-extend"));
    await waitFor(() => expect(fake.called("extend_poa")).toHaveLength(1));
    expect(screen.getAllByTestId("poa-change")).toHaveLength(1);
  });

  it("says why the form cannot hold it", async () => {
    const fake = new FakeHost();
    fake.fail("supersede_poa", uiError("app.no-place-in-form", { place: "СвДоверит" }));
    const { user } = await show(<ChangeAction number={NUMBER} state="active" />, fake);
    await user.click(await screen.findByTestId("poa-change"));
    expect(await screen.findByText(text("errors.app.no-place-in-form.what"))).toBeTruthy();
  });
});

describe("papers", () => {
  it("a paper is not taken until everything was looked at", async () => {
    const added = vi.fn();
    const { user, fake } = await show(<AddScan opened onClose={() => undefined} onAdded={added} />);
    const form = await screen.findByTestId("scan-form");
    await user.click(within(form).getByTestId("scan-choose"));
    expect((await within(form).findAllByText(text("findings.poa.undeclared"))).length).toBe(5);
    expect(within(form).getAllByText(text("findings.form.required")).length).toBe(5);
    expect(added).not.toHaveBeenCalled();
    for (const [field, value] of [["issued", "10.01.2026"], ["expires", "9.1.2027"], ["representative.surname", "Васильков"], ["representative.passport", "45 08 123456"]] as const)
      fireEvent.change(within(form).getByTestId(`scan-${field}`), { target: { value } });
    fireEvent.change(within(form).getByTestId("scan-text"), { target: { value: "Получать почту" } });
    for (const code of ["no-corrections", "signed-by-hand", "seal", "whole", "lawful"]) await user.click(within(form).getByTestId(`scan-declare-${code}`));
    await user.click(within(form).getByTestId("scan-choose"));
    await waitFor(() => expect(added).toHaveBeenCalled());
    const sent = (fake.called("add_poa_scan").at(-1)?.args as { form: { issued: string; expires: string; representative: { surname: string }; principal: { inn: string } } }).form;
    expect([sent.issued, sent.expires]).toEqual(["2026-01-10", "2027-01-09"]);
    expect(sent.representative.surname).toBe("Васильков");
    expect(sent.principal.inn).not.toBe("");
  });

  it("a notarial one asks for its notary, and a bad file says why", async () => {
    const fake = new FakeHost();
    fake.fail("add_poa_scan", uiError("poa.scan-encrypted"));
    const { user } = await show(<AddScan opened onClose={() => undefined} onAdded={() => undefined} />, fake);
    const form = await screen.findByTestId("scan-form");
    expect(within(form).queryByTestId("scan-notary.act")).toBeNull();
    await user.click(within(form).getByText(text("ui.poaBack.scan.notarial")));
    await user.type(within(form).getByTestId("scan-notary.act"), "77/1");
    expect(within(form).getByTestId("scan-declare-notary-inscription")).toBeTruthy();
    await user.click(within(form).getByTestId("scan-choose"));
    expect(await screen.findByText(text("errors.poa.scan-encrypted.what"))).toBeTruthy();
    expect((within(form).getByTestId("scan-notary.act") as HTMLInputElement).value).toBe("77/1");
  });
});

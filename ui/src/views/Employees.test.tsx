import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { notPermitted, standing } from "../testing/demoCabinet";
import { demoStaff, employee, invitationTo, refusedActs } from "../testing/demoEmployees";
import { FakeHost, readyState, uiError } from "../testing/fakeHost";
import { openApp } from "../testing/render";
import { text } from "../testing/texts";

const rows = () => screen.getAllByTestId("employee-row").map((row) => row.dataset.employee);
const isOff = (id: string) => screen.getByTestId(id).hasAttribute("disabled");

describe("the people of an organisation", () => {
  it("are not told of by every portal", async () => {
    const fake = new FakeHost();
    fake.staff = demoStaff({ presence: "absent", heard: null, items: [] });
    await openApp(fake, "/employees");
    expect(await screen.findByTestId("absent")).toBeTruthy();
    expect(screen.queryByTestId("invite")).toBeNull();
  });

  it("are read without a connection, and the screen says that changes need one", async () => {
    const fake = new FakeHost();
    fake.staff = demoStaff({ error: uiError("portal.unreachable", {}, true) });
    await openApp(fake, "/employees");
    expect((await screen.findByTestId("kept")).textContent).toBe(text("ui.employees.offlineList"));
    expect(rows()).toHaveLength(4);
  });

  it("are asked for only from the vault while nobody is signed in", async () => {
    const { fake } = await openApp(new FakeHost(readyState({ session: null })), "/employees");
    await screen.findByTestId("employees");
    expect(fake.called("staff").map((call) => call.args)).toEqual([{ refresh: false }]);
    expect(screen.getByTestId("kept")).toBeTruthy();
  });

  it("cannot be changed by who may not, and no section of a review is shown", async () => {
    const fake = new FakeHost();
    fake.staff = demoStaff({ refused: refusedActs() });
    const { user } = await openApp(fake, "/employees");
    expect((await screen.findByTestId("invite")).hasAttribute("disabled")).toBe(true);
    expect(screen.getAllByTestId("refused-users.manage")[0]!.getAttribute("aria-label")).toContain("Роль «Бухгалтер» не включает этого права");
    expect(screen.queryByTestId("tab-review")).toBeNull();
    await user.click(within(screen.getAllByTestId("employee-row")[1]!).getByTestId("employee-open"));
    await screen.findByTestId("person");
    for (const id of ["change-role", "appoint", "revoke-access", "remove-employee"]) expect(isOff(id), id).toBe(true);
    // What the role lets do is read by everybody.
    expect(screen.getByTestId("person-may").querySelector('[data-operation="applications.submit"]')?.getAttribute("data-can")).toBe("yes");
  });

  it("are found by name, post and number, and by role and access", async () => {
    const { user } = await openApp(new FakeHost(), "/employees");
    const search = await screen.findByTestId("employee-search");
    await user.type(search, "главный люти");
    expect(rows()).toEqual(["201"]);
    await user.clear(search);
    await user.type(search, "770000000614");
    expect(rows()).toEqual(["206"]);
    await user.clear(search);
    await user.selectOptions(screen.getByTestId("filter-access"), "revoked");
    expect(rows()).toEqual(["205"]);
    await user.selectOptions(screen.getByTestId("filter-role"), "accountant");
    expect(screen.queryByTestId("employee-row")).toBeNull();
    expect(screen.getByTestId("empty")).toBeTruthy();
  });
});

describe("the rail", () => {
  it("says which sections the role does not open, and nothing where the portal has not spoken", async () => {
    const refused = ["applications.fill", "applications.track"].map((code) => ({ code, error: notPermitted(code, "Роль «Наблюдатель» не включает этого права") }));
    const fake = new FakeHost(readyState({ standing: standing({ refused }) }));
    await openApp(fake, "/employees");
    const marked = [...document.querySelectorAll<HTMLElement>("[data-refused]")].map((one) => one.dataset.testid);
    expect(marked).toEqual(["nav-services", "nav-orders"]);
    expect(screen.getByTestId("nav-orders").title).toContain("не разрешает");
    expect(screen.getByTestId("nav-documents").title).toContain("Ctrl");
  });
});

describe("an invitation", () => {
  it("stays in the dialog with what was typed when the portal refuses", async () => {
    const fake = new FakeHost().fail("invite_employee", uiError("cabinet.refused.already-invited", { message: "" }));
    const { user } = await openApp(fake, "/employees");
    await user.click(await screen.findByTestId("invite"));
    expect(isOff("invite-do")).toBe(true);
    await user.type(screen.getByTestId("invite-to"), "a@b.example");
    await user.click(screen.getByTestId("invite-do"));
    expect(await screen.findByText(text("errors.cabinet.refused.already-invited.what"))).toBeTruthy();
    expect((screen.getByTestId("invite-to") as HTMLInputElement).value).toBe("a@b.example");
  });

  it("is sent with a role and taken back", async () => {
    const { user, fake } = await openApp(new FakeHost(), "/employees");
    await user.click(await screen.findByTestId("invite"));
    await user.type(screen.getByTestId("invite-to"), "a@b.example");
    expect(within(screen.getByTestId("invite-role")).queryByText("Руководитель")).toBeNull();
    await user.selectOptions(screen.getByTestId("invite-role"), "observer");
    await user.click(screen.getByTestId("invite-do"));
    await waitFor(() => expect(fake.called("invite_employee")[0]?.args).toEqual({ form: { channel: "email", to: "a@b.example", role: "observer" } }));
    await user.click(within(await screen.findByTestId("invitation-i-3")).getByTestId("revoke-invitation"));
    await waitFor(() => expect(screen.getByTestId("invitation-i-3").dataset.state).toBe("revoked"));
    expect(within(screen.getByTestId("invitation-i-3")).queryByTestId("revoke-invitation")).toBeNull();
  });

  it("to the person is answered on the page of organisations", async () => {
    const fake = new FakeHost();
    fake.ownInvitations = [invitationTo({ organisation: "ООО «Клевер»" })];
    const { user } = await openApp(fake, "/organisations");
    expect((await screen.findByTestId("own-invitation-i-1")).textContent).toContain("ООО «Клевер»");
    await user.click(screen.getByTestId("invitation-accept"));
    await waitFor(() => expect(fake.called("answer_invitation")[0]?.args).toEqual({ id: "i-1", accepts: true }));
    await waitFor(() => expect(screen.queryByTestId("own-invitation-i-1")).toBeNull());
  });
});

describe("a person", () => {
  it("who is not there is said to be not there", async () => {
    await openApp(new FakeHost(), "/employees/999");
    expect(await screen.findByTestId("missing")).toBeTruthy();
  });

  it("is the head: nothing of the place is changed here", async () => {
    await openApp(new FakeHost(), "/employees/202");
    expect(await screen.findByTestId("last-administrator")).toBeTruthy();
    expect(screen.queryByTestId("remove-employee")).toBeNull();
  });

  it("gets another role after what comes and goes was said", async () => {
    const { user, fake } = await openApp(new FakeHost(), "/employees/206");
    await user.click(await screen.findByTestId("change-role"));
    await user.selectOptions(await screen.findByTestId("role-choice"), "auditor");
    expect(screen.getByTestId("rights-more").textContent).toContain("Видеть журнал организации");
    expect(screen.getByTestId("rights-less").textContent).toContain("Подавать заявления");
    await user.click(screen.getByTestId("role-do"));
    await waitFor(() => expect(fake.called("set_employee_role")[0]?.args).toEqual({ id: "206", role: "auditor" }));
    await waitFor(() => expect(screen.getByTestId("person-role").textContent).toBe("Аудитор"));
  });

  it("is removed only with a reason, a successor for open work, and after a second thought", async () => {
    const fake = new FakeHost();
    fake.persons.set("206", { orders: [{ order: "4711", title: "Выписка" }], foreignPoas: ["5d0c0a3e"], critical: ["signing.sign"] });
    const { user } = await openApp(fake, "/employees/206");
    await user.click(await screen.findByTestId("remove-employee"));
    expect((await screen.findByTestId("poas-stay")).textContent).toContain("5d0c0a3e");
    expect(screen.getByTestId("critical").textContent).toContain("Подписывать за организацию");
    await user.click(screen.getByTestId("save-copy"));
    expect(await screen.findByTestId("copied")).toBeTruthy();
    await user.type(screen.getByTestId("reason"), "Уволен");
    await user.click(screen.getByTestId("remove-sure"));
    expect(isOff("remove-do")).toBe(true);
    await user.selectOptions(screen.getByTestId("successor"), "201");
    await user.click(screen.getByTestId("remove-do"));
    await waitFor(() => expect(fake.called("remove_employee")[0]?.args).toEqual({ id: "206", reason: "Уволен", successor: "201" }));
    expect((await screen.findByTestId("done")).textContent).toBe(text("ui.employees.done.removed"));
    expect(rows()).not.toContain("206");
    await user.click(within(screen.getByTestId("removed")).getAllByTestId("restore")[0]!);
    await waitFor(() => expect(rows()).toContain("206"));
  });

  it("whom files wait for or who is the last administrator is not removed", async () => {
    const fake = new FakeHost();
    fake.persons.set("206", { waitingFiles: 2, isLastAdministrator: true });
    const { user } = await openApp(fake, "/employees/206");
    await user.click(await screen.findByTestId("remove-employee"));
    await user.type(await screen.findByTestId("reason"), "Уволен");
    await user.click(screen.getByTestId("remove-sure"));
    expect(isOff("remove-do")).toBe(true);
    expect(screen.getByTestId("waiting-files")).toBeTruthy();
  });

  it("loses access with a reason and gets it back by an invitation only", async () => {
    const { user, fake } = await openApp(new FakeHost(), "/employees/206");
    await user.click(await screen.findByTestId("revoke-access"));
    await user.type(await screen.findByTestId("reason"), "Отпуск");
    await user.click(screen.getByTestId("revoke-do"));
    await user.click(await screen.findByTestId("grant-access"));
    await user.click(await screen.findByTestId("invite-do"));
    await waitFor(() => expect(fake.called("invite_employee")[0]?.args).toEqual({ form: { channel: "employee", to: "206", role: "employee" } }));
  });
});

describe("roles", () => {
  it("are shown with every operation as the portal tells it", async () => {
    await openApp(new FakeHost(), "/employees?tab=roles");
    const matrix = await screen.findByTestId("matrix");
    const cell = (operation: string, role: string) => matrix.querySelector(`[data-operation="${operation}"] [data-role="${role}"]`)?.getAttribute("data-can");
    expect([cell("users.manage", "director"), cell("users.manage", "manager"), cell("signing.sign", "representative"), cell("signing.sign", "observer")]).toEqual(["yes", "denied", "poa", "no"]);
  });

  it("of the organisation's own are made of what may be given and taken away again", async () => {
    const { user, fake } = await openApp(new FakeHost(), "/employees?tab=roles");
    await user.click(await screen.findByTestId("make-role"));
    expect(isOff("profile-save")).toBe(true);
    expect(isOff("right-signing.sign")).toBe(true);
    await user.type(screen.getByTestId("profile-title"), "Приёмная");
    await user.click(screen.getByTestId("right-applications.track"));
    await user.click(screen.getByTestId("profile-save"));
    await waitFor(() => expect(fake.called("save_role")[0]?.args).toEqual({ form: { code: null, title: "Приёмная", granted: ["cabinet.enter", "applications.track"] } }));
    fake.fail("remove_role", uiError("cabinet.refused.role-in-use", { message: "" }));
    await user.click(screen.getAllByTestId("remove-role")[0]!);
    await user.click(await screen.findByTestId("remove-role-do"));
    expect(await screen.findByText(text("errors.cabinet.refused.role-in-use.what"))).toBeTruthy();
  });
});

describe("the review of access", () => {
  it("is reported only when everybody was looked at", async () => {
    const fake = new FakeHost();
    fake.staff = demoStaff({ items: [employee(), employee({ id: "207", surname: "Мятлин" })], review: { ...demoStaff().review, isDue: true } });
    const { user } = await openApp(fake, "/employees?tab=review");
    expect((await screen.findByTestId("findings")).textContent).toContain("Ландышева");
    expect(screen.getByTestId("review-due")).toBeTruthy();
    expect(isOff("review-finish")).toBe(true);
    await user.click(screen.getByTestId("point-duties"));
    const [first, second] = screen.getAllByTestId("review-person");
    await user.click(within(first!).getByText(text("ui.employees.review.fits")));
    await user.click(within(second!).getByText(text("ui.employees.review.deviates")));
    await user.type(within(second!).getByTestId("review-note"), "Снять право подачи");
    await user.type(screen.getByTestId("review-agreed"), "Руководитель ИТ");
    await user.click(screen.getByTestId("review-finish"));
    await waitFor(() => expect(fake.called("finish_access_review")[0]?.args).toEqual({ form: { points: ["duties"], fit: ["206"], deviations: [["207", "Снять право подачи"]], agreedWith: "Руководитель ИТ" } }));
    expect(await screen.findByTestId("review-finished")).toBeTruthy();
  });
});

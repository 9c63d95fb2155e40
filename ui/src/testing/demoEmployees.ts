/** The people of the organisation, their roles and the review of access as the portal would tell them. */
import type { EmployeePage, EmployeeRow, InvitationRow, InviteForm, RoleForm, RoleRow, StaffChangeRow, StaffPage } from "../bindings";
import { notPermitted } from "./demoCabinet";
import { inDays } from "./demoPeople";
import { uiError, type FakeHost } from "./fakeHost";

export const employee = (part: Partial<EmployeeRow> = {}): EmployeeRow => ({
  id: "206", surname: "Клёнов", givenName: "Сергей", patronymic: "Андреевич", inn: "770000000614", snils: "90000000687", born: "1993-02-08", position: "Кладовщик", roleCode: "employee", roleTitle: "Сотрудник", isHead: false, isActive: true, ...part,
});

const role = (code: string, title: string, granted: string, part: Partial<RoleRow> = {}): RoleRow => ({ code, title, isOwn: false, isAssignable: true, isAdministrator: code === "administrator", granted: granted.split(" "), byPowerOfAttorney: [], denied: [], ...part });
const operation = (code: string, title: string, group: string, forOwn = true) => ({ code, title, group, forOwn });

export const demoOperations = [
  operation("cabinet.enter", "Входить в кабинет организации", "Кабинет"), operation("settings.change", "Изменять настройки кабинета", "Кабинет"),
  operation("users.manage", "Приглашать и удалять пользователей", "Сотрудники и роли"), operation("roles.assign", "Назначать роли и права", "Сотрудники и роли", false), operation("administrators.appoint", "Назначать администратора", "Сотрудники и роли", false),
  operation("applications.fill", "Заполнять заявления", "Заявления и документы"), operation("applications.submit", "Подавать заявления", "Заявления и документы"), operation("applications.track", "Следить за заявлениями", "Заявления и документы"),
  operation("signing.initiate", "Отправлять документы на подпись", "Подписи и доверенности"), operation("signing.sign", "Подписывать за организацию", "Подписи и доверенности", false), operation("poa.manage", "Оформлять и отзывать доверенности", "Подписи и доверенности", false),
  operation("reports.submit", "Готовить и сдавать отчётность", "Отчётность и деньги"), operation("journal.view", "Видеть журнал организации", "Контроль"), operation("review.access", "Проверять права доступа", "Контроль"),
];

export const demoRoles: RoleRow[] = [
  role("director", "Руководитель", "cabinet.enter settings.change users.manage roles.assign administrators.appoint applications.fill applications.submit applications.track signing.initiate signing.sign poa.manage reports.submit journal.view", { isAssignable: false }),
  role("administrator", "Администратор", "cabinet.enter settings.change users.manage roles.assign administrators.appoint applications.submit signing.initiate signing.sign journal.view review.access"),
  role("accountant", "Бухгалтер", "cabinet.enter reports.submit signing.initiate", { denied: ["settings.change", "roles.assign"] }),
  role("manager", "Менеджер", "cabinet.enter applications.fill applications.submit applications.track signing.initiate", { denied: ["users.manage", "roles.assign", "administrators.appoint"] }),
  role("employee", "Сотрудник", "cabinet.enter applications.fill applications.submit applications.track", { denied: ["settings.change", "roles.assign"] }),
  role("procurement", "Сотрудник отдела закупок", "cabinet.enter applications.fill applications.submit applications.track", { denied: ["roles.assign", "reports.submit"] }),
  role("auditor", "Аудитор", "cabinet.enter journal.view", { denied: ["settings.change", "users.manage", "roles.assign", "applications.fill", "applications.submit", "poa.manage", "reports.submit"] }),
  role("observer", "Наблюдатель", "cabinet.enter applications.track", { denied: ["settings.change", "roles.assign", "applications.fill", "applications.submit"] }),
  role("representative", "Доверенное лицо", "cabinet.enter", { byPowerOfAttorney: ["applications.fill", "applications.submit", "signing.initiate", "signing.sign", "reports.submit"], denied: ["roles.assign"] }),
  role("own-1", "Кладовая", "cabinet.enter applications.track", { isOwn: true }),
];

export const invitationTo = (part: Partial<InvitationRow> = {}): InvitationRow => ({ id: "i-1", organisation: "ООО «Ромашка»", contact: "pchelnikova@klever.example", role: "Менеджер", by: "Васильков Иван Сергеевич", sent: inDays(-1), expires: inDays(6), state: "sent", ...part });

const changed = (part: Partial<StaffChangeRow>): StaffChangeRow => ({ at: inDays(-2), action: "role-changed", by: "Васильков Иван Сергеевич", about: "Клёнов Сергей Андреевич", from: "Наблюдатель", to: "Сотрудник", reason: null, ...part });
export const demoChanges = [changed({ action: "invited", about: "pchelnikova@klever.example", from: null, to: "Менеджер", at: inDays(-1) }), changed({}), changed({ action: "removed", about: "Репейников Пётр Ильич", from: "Менеджер", to: null, reason: "Уволен по собственному желанию", at: inDays(-5) })];

export const demoStaff = (part: Partial<StaffPage> = {}): StaffPage => ({
  presence: "present", heard: inDays(-0.001), error: null, refused: [],
  items: [
    employee({ id: "202", surname: "Васильков", givenName: "Иван", patronymic: "Сергеевич", inn: "770000000220", snils: "90000000283", position: "Генеральный директор", roleCode: "director", roleTitle: "Руководитель", isHead: true }),
    employee(),
    employee({ id: "205", surname: "Ландышева", givenName: "Ольга", patronymic: "Николаевна", inn: "770000000540", snils: "90000000586", position: "Юрист, доверенное лицо", roleCode: "representative", roleTitle: "Доверенное лицо", isActive: false }),
    employee({ id: "201", surname: "Лютикова", givenName: "Мария", patronymic: "Петровна", inn: "770000000156", snils: "90000000182", position: "Главный бухгалтер", roleCode: "accountant", roleTitle: "Бухгалтер" }),
  ],
  removed: [{ id: "203", name: "Репейников Пётр Ильич", position: "Менеджер", role: "Менеджер", at: inDays(-5), by: "Васильков Иван Сергеевич", reason: "Уволен по собственному желанию", until: inDays(25) }],
  invitations: [invitationTo(), invitationTo({ id: "i-2", contact: "+70000000299", role: "Наблюдатель", state: "declined", sent: inDays(-9) })],
  operations: demoOperations, roles: demoRoles, changes: demoChanges,
  review: { interval: "quarterly", last: null, due: inDays(60).slice(0, 10), isDue: false, findings: [{ employee: "205", code: "revoked-with-poa", params: { name: "Ландышева Ольга Николаевна" } }] },
  ...part,
});

export const person = (row: EmployeeRow, part: Partial<EmployeePage> = {}): EmployeePage => ({
  row, contacts: ["+7 ••• •••-02-06", "k•••@romashka.example"], isLastAdministrator: row.isHead, orders: [], waitingFiles: 0, poas: [], foreignPoas: [],
  critical: demoRoles.find((one) => one.code === row.roleCode)?.granted.filter((code) => ["signing.sign", "users.manage", "poa.manage", "roles.assign"].includes(code)) ?? [],
  changes: demoChanges.filter((one) => one.about?.startsWith(row.surname)), error: null, ...part,
});

/** Answers the commands and remembers what changed. */
export function employeeCommands(fake: FakeHost) {
  const find = (id: string) => {
    const row = fake.staff.items.find((one) => one.id === id);
    if (!row) throw uiError("app.not-found");
    return row;
  };
  const change = (part: Partial<StaffPage>) => (fake.staff = { ...fake.staff, ...part });
  const patch = (id: string, part: Partial<EmployeeRow>) => change({ items: fake.staff.items.map((one) => (one.id === id ? { ...one, ...part } : one)) });
  return {
    employees: () => ({ presence: fake.staff.presence, items: fake.staff.items, heard: fake.staff.heard, error: fake.staff.error }),
    staff: () => fake.staff,
    employee: ({ id }: { id: string }) => ({ ...person(find(id)), ...fake.persons.get(id) }),
    invite_employee: ({ form }: { form: InviteForm }) => change({ invitations: [invitationTo({ id: "i-3", contact: form.to, role: fake.staff.roles.find((one) => one.code === form.role)?.title ?? form.role }), ...fake.staff.invitations] }),
    revoke_invitation: ({ id }: { id: string }) => change({ invitations: fake.staff.invitations.map((one) => (one.id === id ? { ...one, state: "revoked" } : one)) }),
    set_employee_role: ({ id, role: code }: { id: string; role: string }) => patch(id, { roleCode: code, roleTitle: fake.staff.roles.find((one) => one.code === code)?.title ?? code }),
    remove_employee: ({ id, reason }: { id: string; reason: string }) => {
      const row = find(id);
      const gone = { id, name: `${row.surname} ${row.givenName}`, position: row.position, role: row.roleTitle, at: inDays(0), by: "Васильков Иван Сергеевич", reason, until: inDays(30) };
      return change({ items: fake.staff.items.filter((one) => one.id !== id), removed: [gone, ...fake.staff.removed] });
    },
    restore_employee: ({ id }: { id: string }) => {
      const back = fake.staff.removed.find((one) => one.id === id);
      const [surname = "", givenName = "", patronymic = null] = (back?.name ?? "").split(" ");
      return change({ removed: fake.staff.removed.filter((one) => one.id !== id), items: [...fake.staff.items, employee({ id, surname, givenName, patronymic })] });
    },
    revoke_employee_access: ({ id }: { id: string }) => patch(id, { isActive: false }),
    save_role: ({ form }: { form: RoleForm }) => {
      const made = role(form.code ?? "own-2", form.title, form.granted.join(" "), { isOwn: true });
      return change({ roles: [...fake.staff.roles.filter((one) => one.code !== made.code), made] });
    },
    remove_role: ({ code }: { code: string }) => change({ roles: fake.staff.roles.filter((one) => one.code !== code) }),
    own_invitations: () => fake.ownInvitations,
    answer_invitation: ({ id }: { id: string }) => (fake.ownInvitations = fake.ownInvitations.filter((one) => one.id !== id)),
    save_employee_copy: () => true,
    set_access_review: ({ interval }: { interval: string }) => change({ review: { ...fake.staff.review, interval, due: interval === "off" ? null : inDays(interval === "monthly" ? 30 : 91).slice(0, 10) } }),
    finish_access_review: () => change({ review: { ...fake.staff.review, last: inDays(0).slice(0, 10), isDue: false, due: inDays(91).slice(0, 10) } }),
  };
}

const acts = ["users.manage", "roles.assign", "roles.create", "administrators.appoint", "review.access"];
export const refusedActs = () => acts.map((code) => ({ code, error: notPermitted(code, "Роль «Бухгалтер» не включает этого права") }));

/** Scenarios of the fake mode; false if the name is none of these. */
export function showEmployees(fake: FakeHost, scenario: string): boolean {
  switch (scenario) {
    case "employees-refused":
      fake.staff = demoStaff({ refused: refusedActs(), removed: [], invitations: [], changes: [] });
      return true;
    case "employees-offline":
      fake.staff = demoStaff({ error: { code: "portal.unreachable", params: {}, retriable: true } });
      return true;
    case "employees-open-work":
      fake.persons.set("206", { orders: [{ order: "4711", title: "Выписка из ЕГРЮЛ" }], waitingFiles: 2, foreignPoas: ["5d0c0a3e-7b1f-4c52-9f64-1c2d3e4f5a6b"], critical: ["signing.sign"] });
      return true;
    case "employees-review-due":
      fake.staff = demoStaff({ review: { ...demoStaff().review, isDue: true, due: inDays(-1).slice(0, 10) } });
      return true;
    case "employees-invited":
      fake.ownInvitations = [invitationTo({ organisation: "ООО «Клевер»", by: "Пчельникова Анна Олеговна" })];
      return true;
    default:
      return false;
  }
}

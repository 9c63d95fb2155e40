/** What the portal's cabinet API would say: organisations, requests, registrations, the account, devices, notifications. */
import type {
  AppState, KindChannels, LinkForm, LinkView, MyOrganisations, NotificationView, Notifications, OrganisationCard, PortalChannels, RegistrationView, SecurityView, StandingView, UiError,
} from "../bindings";
import type { FakeHost } from "./fakeHost";
import { inDays, proprietor, wind } from "./demoPeople";

export const standing = (part: Partial<StandingView> = {}): StandingView => ({
  role: "Бухгалтер", at: inDays(-0.01), refused: [], locked: false, passwordDaysLeft: null, alerts: 0, checkUpDue: null, ...part,
});

export const notPermitted = (permission: string, reason = ""): UiError => ({ code: "app.not-permitted", params: { permission, reason }, retriable: false });

export const card = (part: Partial<OrganisationCard> = {}): OrganisationCard => ({
  oid: "1000321282", organisationId: wind.id, name: wind.name, fullName: "Общество с ограниченной ответственностью «Северный ветер»", kind: "legal", inn: wind.inn, ogrn: wind.ogrn, kpp: wind.kpp,
  role: "Главный бухгалтер", chief: false, administrator: true, status: "active", since: inDays(-400), current: true, certificate: "fit", certificateDaysLeft: 214, unlinkRefused: null, ...part,
});

export const demoCards: OrganisationCard[] = [
  card(),
  card({
    oid: "1000321283", organisationId: proprietor.id, name: proprietor.name, fullName: null, kind: "sole-proprietor", inn: proprietor.inn, ogrn: proprietor.ogrn, kpp: null, role: "Представитель", administrator: false,
    current: false, certificate: "expiring", certificateDaysLeft: 12, unlinkRefused: notPermitted("link.remove"),
  }),
  card({
    oid: "1000321290", organisationId: null, name: "АО «Балтика-Транс»", fullName: null, inn: "7825000011", ogrn: "1027809000012", kpp: "782501001", role: "Руководитель", chief: true, current: false, certificate: "none",
    certificateDaysLeft: null,
  }),
];

export const link = (part: Partial<LinkView> = {}): LinkView => ({
  id: "link-1", number: "l-17", name: "ООО «Полевые травы»", inn: "7707083893", ogrn: "1027700132195", method: "director", status: "awaiting-director", sent: inDays(-1), checked: inDays(-0.01),
  expires: inDays(6), sentTo: "п•••@example.ru", repeatAt: null, reason: null, error: null, ...part,
});

export const demoMine = (part: Partial<MyOrganisations> = {}): MyOrganisations => ({
  presence: "present", at: inDays(-0.002), cards: demoCards, links: [link()], linkingRefused: null, refusals: 0, error: null,
  documents: [{ kind: "charter", title: "Устав", required: true }, { kind: "registration", title: "Свидетельство о регистрации", required: false }],
  registrationDocuments: [{ kind: "charter", title: "Устав", required: false }, { kind: "decision", title: "Решение о создании", required: false }], ...part,
});

export const registration = (part: Partial<RegistrationView> = {}): RegistrationView => ({
  id: "reg-1", number: "Р-2026-118", name: "ООО «Новый берег»", status: "in-review", expected: inDays(3), missing: ["Решение о создании"], certificateNumber: null, activated: null, reason: null,
  corrections: [], clarifications: [{ id: "q-1", text: "Уточните вид деятельности", due: inDays(2), answered: false }], updated: inDays(-0.1), ...part,
});

export const demoSecurity = (part: Partial<SecurityView> = {}): SecurityView => ({
  presence: "present",
  account: { confirmed: "confirmed", confirmWays: [], secondFactor: true, passwordExpires: inDays(41), passwordDaysLeft: 41, lock: null, phone: "+7 ••• •••-01-82", email: "е•••@example.ru", pages: ["security"] },
  checkUp: [
    { item: "password", state: "ok", detail: "Изменён 49 дней назад", remedy: null }, { item: "second-factor", state: "ok", detail: null, remedy: null },
    { item: "devices", state: "attention", detail: "Устройство «Планшет» не входило 90 дней", remedy: "devices" }, { item: "organisations", state: "ok", detail: null, remedy: null },
  ],
  devices: [
    { id: "d-1", name: "Рабочий компьютер", system: "Linux", place: "Санкт-Петербург", lastSeen: inDays(-0.001), current: true, trusted: true, sessions: 1 },
    { id: "d-2", name: "Планшет", system: "Android 14", place: "Мурманск", lastSeen: inDays(-90), current: false, trusted: false, sessions: 2 },
  ],
  afterLinking: null, error: null, ...part,
});

/** After a linking: a password about to end, no second factor. */
export const deviatingSecurity = () => demoSecurity({
  afterLinking: "ООО «Полевые травы»",
  checkUp: [
    { item: "password", state: "attention", detail: "Пароль пора сменить: осталось дней 3", remedy: "page" },
    { item: "second-factor", state: "bad", detail: "Включите второй фактор: код из SMS или приложения", remedy: "page" },
    { item: "devices", state: "attention", detail: "Вход выполнен ещё на устройствах: 1. Завершите сеансы незнакомых", remedy: "devices" },
    { item: "organisations", state: "ok", detail: null, remedy: null },
  ],
});

export const lockedSecurity = () => demoSecurity({
  account: {
    confirmed: "not-confirmed", confirmWays: ["bank", "service-centre", "signature", "carrier-pigeon"], secondFactor: false, passwordExpires: inDays(3.5), passwordDaysLeft: 3,
    lock: { cause: "wrong-passwords", until: inDays(0.04), selfService: true }, phone: "+7 ••• •••-01-82", email: null, pages: ["security", "confirm-bank", "confirm-signature"],
  },
});

const note = (id: string, part: Partial<NotificationView>): NotificationView => ({
  id, at: inDays(-0.2), kind: "news", title: "", text: "", section: null, target: null, read: false, important: false, ...part,
});

export const demoNotifications = (): NotificationView[] => [
  note("n-5", { kind: "security", title: "Вход с нового устройства", text: "Вход с планшета, Мурманск. Если это не вы, завершите его сеансы и смените пароль.", section: "devices", important: true }),
  note("n-4", { kind: "deadline", title: "Срок сдачи декларации", text: "Декларацию по НДС принимают до 25 числа.", section: "deadlines", at: inDays(-1) }),
  note("n-3", { kind: "director", title: "Нужна подпись руководителя", text: "Заявление ждёт подписи.", section: "orders", target: "4711", at: inDays(-2) }),
  note("n-2", { kind: "system", title: "Плановые работы в субботу", text: "С 02:00 до 06:00 по Москве портал будет недоступен.", at: inDays(-3), read: true }),
  note("n-1", { kind: "news", title: "Новые услуги для бизнеса", text: "Добавлены выписки по запросу.", at: inDays(-8), read: true }),
];

export const demoChannels = (part: Partial<PortalChannels> = {}): PortalChannels => ({
  presence: "present", enabled: true, error: null,
  kinds: ["order", "security", "deadline", "director", "system", "news"].map((kind) => ({ kind, wanted: kind !== "news", email: true, sms: kind === "security", push: true })), ...part,
});

/** Answers the commands and remembers what changed. */
export function cabinetCommands(fake: FakeHost) {
  const feed = (): Notifications => ({ presence: fake.mine.presence, items: fake.notifications, unread: fake.notifications.filter((one) => !one.read).length, at: inDays(-0.001), error: null });
  return {
    my_organisations: () => fake.mine,
    check_link: ({ form }: { form: LinkForm }) => judged(form, ["inn", "ogrn", "kpp", "legalAddress", "bik", "bankAccount", "bankName", "phone", "email", "contactName", "directorName", "directorAppointed"]),
    check_registration: ({ form }: { form: LinkForm }) => judged(form, ["name", "inn", "ownershipForm", "organisationType", "activityAims", "legalAddress", "phone", "email"]),
    request_link: ({ form }: { form: LinkForm }) => (fake.mine = { ...fake.mine, links: [...fake.mine.links, link({ id: `link-${form.inn}`, inn: form.inn, ogrn: form.ogrn, name: form.name, method: form.method, status: `awaiting-${form.method}` })] }),
    sign_link: ({ id }: { id: string }) => settle(fake, id, "active"),
    confirm_link: ({ id }: { id: string }) => settle(fake, id, "active"),
    repeat_link: ({ id }: { id: string }) => (fake.mine = { ...fake.mine, links: fake.mine.links.map((one) => (one.id === id ? { ...one, repeatAt: new Date(Date.now() + 60_000).toISOString() } : one)) }),
    withdraw_link: ({ id }: { id: string }) => (fake.mine = { ...fake.mine, links: fake.mine.links.filter((one) => one.id !== id) }),
    unlink_organisation: ({ oid }: { oid: string }) => {
      fake.mine = { ...fake.mine, cards: fake.mine.cards.map((one) => (one.oid === oid ? { ...one, oid: null, status: null } : one)) };
      return { done: true, orders: [], unsent: 0 };
    },
    remove_organisation: ({ id, fromBackups }: { id: string; fromBackups: boolean }) => {
      fake.mine = { ...fake.mine, cards: fake.mine.cards.filter((one) => one.organisationId !== id) };
      const left = fake.state.organisations.filter((one) => one.id !== id);
      const part: Partial<AppState> = { organisations: left };
      if (fake.state.organisation?.id === id) part.organisation = left[0] ?? null;
      fake.change(part);
      return { backupsLeft: fromBackups ? 0 : 2, backupsCleaned: fromBackups ? 2 : 0 };
    },
    registrations: () => fake.registrations,
    register_organisation: ({ form }: { form: LinkForm }) => (fake.registrations = [...fake.registrations, registration({ id: `reg-${form.inn}`, name: form.name, missing: [], clarifications: [] })]),
    correct_registration: ({ id, form }: { id: string; form: LinkForm }) =>
      (fake.registrations = fake.registrations.map((one) => (one.id === id ? registration({ id, name: form.name, missing: [], clarifications: [] }) : one))),
    portal_channels: () => fake.channels,
    set_portal_channels: ({ enabled, kinds }: { enabled: boolean; kinds: KindChannels[] }) => (fake.channels = { ...fake.channels, enabled, kinds }),
    refresh_registration: () => fake.registrations,
    clarify_registration: ({ clarification }: { clarification: string }) =>
      (fake.registrations = fake.registrations.map((one) => ({ ...one, clarifications: one.clarifications.map((asked) => (asked.id === clarification ? { ...asked, answered: true } : asked)) }))),
    save_confirmation: () => true,
    security: () => fake.security,
    end_check_up: () => {
      fake.security = { ...fake.security, afterLinking: null };
      if (fake.state.standing) fake.change({ standing: { ...fake.state.standing, checkUpDue: null } });
      return null;
    },
    open_portal_page: () => null,
    revoke_device: ({ id }: { id: string }) => (fake.security = { ...fake.security, devices: fake.security.devices.filter((one) => one.id !== id) }),
    notifications: feed,
    read_notification: ({ id }: { id: string }) => {
      fake.notifications = fake.notifications.map((one) => (one.id === id ? { ...one, read: true } : one));
      return feed();
    },
  };
}

function settle(fake: FakeHost, id: string, status: string): MyOrganisations {
  return (fake.mine = { ...fake.mine, links: fake.mine.links.map((one) => (one.id === id ? { ...one, status } : one)) });
}

function judged(form: LinkForm, needed: (keyof LinkForm)[]) {
  const missing = needed.filter((name) => form[name] === "");
  const problems = form.inn !== "" && !/^(\d{10}|\d{12})$/.test(form.inn) ? [{ field: "inn", problem: { code: "length", params: { actual: String(form.inn.length), expected: "10/12" } } }] : [];
  return { kind: form.inn.length === 12 ? "sole-proprietor" : form.inn.length === 10 ? "legal" : null, problems, missing, filled: needed.length - missing.length - problems.length, total: needed.length, ready: missing.length + problems.length === 0 };
}

/** Scenarios of the fake mode; false if the name is none of these. */
export function showCabinet(fake: FakeHost, scenario: string): boolean {
  switch (scenario) {
    case "cabinet-absent":
      fake.mine = demoMine({ presence: "absent", at: null, links: [], documents: [], cards: [card({ oid: null, status: null, role: null, administrator: false, fullName: null, since: null })] });
      fake.security = demoSecurity({ presence: "absent", account: null, checkUp: [], devices: [] });
      fake.notifications = [];
      fake.registrations = [];
      return true;
    case "cabinet-empty":
      fake.mine = demoMine({ cards: [], links: [], at: null });
      fake.notifications = [];
      fake.registrations = [];
      return true;
    case "cabinet-locked":
      fake.security = lockedSecurity();
      fake.change({ standing: standing({ locked: true, passwordDaysLeft: 3, alerts: 2, refused: ["signing.sign", "applications.submit", "link.manage"].map((code) => ({ code, error: { code: "app.account-locked", params: { cause: "wrong-passwords" }, retriable: false } })) }) });
      fake.mine = demoMine({ linkingRefused: { code: "app.account-locked", params: { cause: "wrong-passwords" }, retriable: false }, error: { code: "portal.unreachable", params: {}, retriable: true } });
      return true;
    case "cabinet-check-up":
      fake.security = deviatingSecurity();
      fake.change({ standing: standing({ checkUpDue: "ООО «Полевые травы»" }) });
      return true;
    case "cabinet-links":
      fake.mine = demoMine({
        refusals: 2, links: [
          link(), link({ id: "link-2", status: "awaiting-signature", method: "signature", sentTo: null, inn: wind.inn, name: wind.name }), link({ id: "link-3", status: "awaiting-code", method: "code", sentTo: "+7 ••• •••-01-82", repeatAt: new Date(Date.now() + 40_000).toISOString() }),
          link({ id: "link-4", status: "unknown", number: null, checked: null, sentTo: null, expires: null }), link({ id: "link-5", status: "refused", reason: "Адрес не совпадает с ЕГРЮЛ" }),
        ],
      });
      fake.registrations = [registration(), registration({ id: "reg-2", status: "refused", expected: null, missing: [], clarifications: [], reason: "Устав не читается", corrections: ["Приложить устав целиком", "Указать индекс в адресе"] }),
        registration({ id: "reg-3", status: "registered", expected: null, missing: [], clarifications: [], certificateNumber: "78-004411", activated: inDays(-5) })];
      return true;
    case "cabinet-long":
      fake.mine = demoMine({ cards: Array.from({ length: 60 }, (_, i) => card({ oid: `o-${i}`, organisationId: i % 3 === 0 ? `l-${i}` : null, current: i === 0, name: `ООО «${"Длинноеназвание".repeat(i % 5 === 0 ? 6 : 1)} ${i}»`, inn: String(7_800_000_000 + i) })) });
      return true;
    default:
      return false;
  }
}

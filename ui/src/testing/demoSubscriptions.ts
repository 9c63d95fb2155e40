/** Subscriptions, licences and the standing of the representative as the portal would tell them. */
import type { IdentityForm, Licences, LicenceView, RepresentativeView, Subscriptions, SubscriptionView } from "../bindings";
import { inDays } from "./demoPeople";
import type { FakeHost } from "./fakeHost";

const service = (code: string, title: string, agency: string) => ({ code, title, summary: "Сведения по запросу организации в течение рабочего дня.", agency, termDays: 1, documents: ["Запрос"] });
const extract = service("99000000012", "Выписка из ЕГРЮЛ и ЕГРИП", "ФНС России");
const proceedings = service("60010153", "Предоставление информации о наличии исполнительного производства", "ФССП России");
const bailiffs = service("10000000352", "Информация о ходе исполнительного производства", "ФССП России");

export const subscription = (part: Partial<SubscriptionView> = {}): SubscriptionView => ({
  id: "s-1", service: extract, status: "active", since: inDays(-60), until: inDays(120), months: 6, price: 300,
  history: [{ at: inDays(-60), operation: "subscribed", by: "Лютикова Мария Петровна" }, { at: inDays(-60), operation: "confirmed", by: "Васильков Иван Сергеевич" }], ...part,
});

export const demoSubscriptions = (part: Partial<Subscriptions> = {}): Subscriptions => ({
  presence: "present", at: inDays(-0.001), refused: null, error: null,
  items: [
    subscription({ id: "s-2", service: proceedings, status: "awaiting-confirmation", since: inDays(-1), until: null, months: 3, history: [{ at: inDays(-1), operation: "subscribed", by: "Лютикова Мария Петровна" }] }),
    subscription(),
    subscription({ id: "s-3", service: bailiffs, status: "ended", since: inDays(-400), until: inDays(-40), months: 12 }),
  ],
  offers: [extract, proceedings, bailiffs].map((one) => ({ service: one, price: 300 })), ...part,
});

export const licence = (part: Partial<LicenceView> = {}): LicenceView => ({
  number: "10-00004711", title: "Лицензия", service: "99000000010", agency: "Учебное лицензирующее ведомство", issued: inDays(-1700), ends: inDays(125), daysLeft: 125, warning: null, order: "4711", hasFile: true, ...part,
});

export const demoLicences = (part: Partial<Licences> = {}): Licences => ({
  presence: "present", at: inDays(-0.001), error: null,
  items: [
    licence({ number: "15-00000318", title: "Санитарно-эпидемиологическое заключение", service: "99000000015", ends: inDays(6.5), daysLeft: 6, warning: 7, order: null }),
    licence({ number: "11-00000920", title: "Разрешение на строительство", service: "99000000011", ends: inDays(60), daysLeft: 59, warning: 90 }),
    licence(),
    licence({ number: "10-00000017", ends: inDays(-3), daysLeft: -3, hasFile: false }),
  ], ...part,
});

export const representative = (part: Partial<RepresentativeView> = {}): RepresentativeView => ({
  status: "not-confirmed", method: null, since: inDays(-2), methods: ["signature", "code", "smev", "qr"],
  documents: [{ kind: "poa", title: "Доверенность" }, { kind: "registry-extract", title: "Выписка из ЕГРЮЛ" }, { kind: "appointment-order", title: "Приказ о назначении" }],
  opens: ["applications.submit", "signing.initiate", "signing.sign", "services.enable", "users.manage", "roles.assign", "administrators.appoint", "statistics.view"],
  smevAvailable: true, sentTo: null, repeatAt: null, attemptsLeft: null, qr: null, expected: null, reasons: [], confirmedBy: null, form: { kind: "", documentId: "", phone: "", email: "" },
  services: [
    { code: "registration", title: "Регистрация и изменения", summary: "Регистрация организаций и изменение сведений о них", enabled: false, since: null, by: null },
    { code: "extracts", title: "Выписки и справки", summary: "Выписки из ЕГРЮЛ и ЕГРИП, справки", enabled: true, since: inDays(-2), by: "Васильков Иван Сергеевич" },
    { code: "tax-returns", title: "Отчётность", summary: "Декларации и отчёты в ведомства", enabled: false, since: null, by: null },
    { code: "licences", title: "Лицензии и разрешения", summary: "Получение и продление лицензий", enabled: false, since: null, by: null },
  ],
  at: inDays(-0.001), error: null, ...part,
});

/** No QR code anybody can read: its corners only. */
const corners = "M0 0h7v1h-7zM0 6h7v1h-7zM0 1h1v5h-1zM6 1h1v5h-1zM2 2h3v3h-3zM14 0h7v1h-7zM14 6h7v1h-7zM14 1h1v5h-1zM20 1h1v5h-1zM16 2h3v3h-3zM0 14h7v1h-7zM0 20h7v1h-7zM0 15h1v5h-1zM6 15h1v5h-1zM2 16h3v3h-3zM9 9h3v1h-3zM10 12h4v2h-4zM16 10h2v4h-2zM9 17h2v3h-2zM13 18h5v1h-5z";
export const awaitingApproval = () => representative({
  status: "awaiting-approval", method: "qr", qr: { text: "https://127.0.0.1:9443/representative/7c0e9d5e-52a5-4b5e-9f7c-0c6b35f0a1c4", size: 21, path: corners, expires: inDays(0.003) },
});
export const refusedCheck = () => representative({
  status: "refused", method: "code", reasons: [{ code: "document-invalid", message: "Недействительный документ", correction: "Приложите действующую доверенность, выписку из ЕГРЮЛ или приказ о назначении" }],
  form: { kind: "poa", documentId: "", phone: "+7 999 000-01-82", email: "m@example.ru" },
});

/** Answers the commands and remembers what changed. */
export function subscriptionCommands(fake: FakeHost) {
  const change = (id: string, part: Partial<SubscriptionView>) =>
    (fake.subscriptions = { ...fake.subscriptions, items: fake.subscriptions.items.map((one) => (one.id === id ? { ...one, ...part } : one)) });
  const stand = (part: Partial<RepresentativeView>) => (fake.representative = fake.representative && { ...fake.representative, ...part });
  return {
    subscriptions: () => fake.subscriptions,
    subscribe: ({ service: code, months, confirmed }: { service: string; months: number; confirmed: boolean }) => {
      const offered = fake.subscriptions.offers.find((one) => one.service.code === code)?.service ?? extract;
      const made = subscription({ id: `s-${code}`, service: offered, months, status: confirmed ? "active" : "awaiting-confirmation", until: confirmed ? inDays(30 * months) : null });
      return (fake.subscriptions = { ...fake.subscriptions, items: [...fake.subscriptions.items, made] });
    },
    confirm_subscription: ({ id }: { id: string }) => change(id, { status: "active", until: inDays(90) }),
    extend_subscription: ({ id, months }: { id: string; months: number }) => change(id, { months, until: inDays(120 + 30 * months) }),
    cancel_subscription: ({ id }: { id: string }) => change(id, { status: "ended" }),
    licences: () => fake.licences,
    save_licence: () => true,
    representative: () => fake.representative,
    begin_representative: ({ method, form }: { method: string; form: IdentityForm }) =>
      method === "qr" ? (fake.representative = awaitingApproval()) : stand({ method, form, reasons: [], status: { signature: "awaiting-signature", code: "awaiting-code" }[method] ?? "in-review", sentTo: method === "code" ? "+7 ••• •••-01-82" : null }),
    sign_representative: () => stand({ status: "confirmed", method: "signature" }),
    confirm_representative: () => stand({ status: "in-review" }),
    enable_services: ({ codes }: { codes: string[] }) => stand({ services: (fake.representative?.services ?? []).map((one) => ({ ...one, enabled: codes.includes(one.code) })) }),
  };
}

/** Scenarios of the fake mode; false if the name is none of these. */
export function showSubscriptions(fake: FakeHost, scenario: string): boolean {
  switch (scenario) {
    case "subscriptions-none":
      fake.subscriptions = demoSubscriptions({ items: [] });
      fake.licences = demoLicences({ items: [] });
      return true;
    case "subscriptions-absent":
      fake.subscriptions = demoSubscriptions({ presence: "absent", at: null, items: [], offers: [] });
      fake.licences = demoLicences({ presence: "absent", at: null, items: [] });
      fake.representative = null;
      return true;
    case "subscriptions-offline":
      fake.subscriptions = demoSubscriptions({ at: inDays(-3), error: { code: "portal.unreachable", params: {}, retriable: true } });
      fake.licences = demoLicences({ at: inDays(-3), error: { code: "portal.unreachable", params: {}, retriable: true } });
      return true;
    case "representative-open":
      fake.representative = representative({ smevAvailable: false });
      return true;
    case "representative-qr":
      fake.representative = awaitingApproval();
      return true;
    case "representative-refused":
      fake.representative = refusedCheck();
      return true;
    default:
      return false;
  }
}

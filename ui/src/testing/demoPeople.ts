/** Demo organisations, tokens and certificates. All names and numbers are invented; control digits are right. */
import type { CertificateView, ExpiryWarning, FieldProblem, OrganisationView, TokenScan, TokenView } from "../bindings";

export const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

export const wind: OrganisationView = {
  id: "org-wind", name: "ООО «Северный ветер»", kind: "legal", inn: "7801234564", ogrn: "1197847123451", kpp: "780101001", region: "40000000000",
  environment: "demo", hasApiKey: true,
};
export const proprietor: OrganisationView = {
  id: "org-ip", name: "ИП Лаптева О. Н.", kind: "sole-proprietor", inn: "500100732259", ogrn: "304500116000157", kpp: null, region: "46000000000",
  environment: "test", hasApiKey: false,
};

export function token(part: Partial<TokenView> & Pick<TokenView, "id" | "label">): TokenView {
  return {
    holder: "token", model: "Рутокен ЭЦП 3.0", serial: "3F0A91C2", module: "librtpkcs11ecp.so", manufacturer: "Aktiv Co.", firmware: "30.2",
    reader: "Aktiv Rutoken ECP 00 00", pin: "ok", puk: "ok", signs: ["gost-256", "gost-512"],
    makes: ["gost2012-256:tc26-b", "gost2012-256:cryptopro-a", "gost2012-512:tc26-a"], blank: false, passive: false, ...part,
  };
}

export const rutoken = token({ id: "token-1", label: "Рутокен Ермакова" });
export const jacarta = token({
  id: "token-2", label: "JaCarta бухгалтерия", model: "JaCarta-2 ГОСТ", serial: "0B52009172", module: "libjcPKCS11-2.so", manufacturer: "Aladdin R.D.",
  firmware: null, reader: "Aladdin R.D. JaCarta 01 00", pin: "last-try", signs: ["gost-256"], makes: [],
});
export const oldToken = token({
  id: "token-3", label: "Старый носитель", model: "Рутокен Lite", serial: "2C118A00", reader: "Aktiv Rutoken lite 02 00", firmware: "24.1", signs: [], makes: [],
  blank: false, passive: true,
});

type Person = Partial<CertificateView> & Pick<CertificateView, "id" | "holder" | "token">;

export function certificate(person: Person): CertificateView {
  const daysLeft = person.daysLeft ?? 214;
  return {
    organisation: wind.name, position: null, inn: null, organisationInn: wind.inn, ogrn: wind.ogrn, issuer: "УЦ ФНС России (учебный)", serial: "01D9A4F2C3B07E60",
    notBefore: inDays(daysLeft - 365), notAfter: inDays(daysLeft), daysLeft, algorithm: "gost-2012-256", unfit: [], also: [],
    uses: person.unfit && person.unfit.length > 0 ? [] : ["sign", "sign-in", "sign-files"], ...person,
  };
}

export const unfit = (code: string, params: Record<string, string> = {}): FieldProblem => ({ code, params });

export const director = certificate({
  id: "a1".repeat(32), holder: "Ермаков Андрей Викторович", position: "Генеральный директор", inn: "780204893183", token: rutoken,
});
export const accountant = certificate({
  id: "b2".repeat(32), holder: "Соколова Мария Петровна", position: "Главный бухгалтер", inn: "781433870662", token: jacarta, daysLeft: 12,
});
export const expired = certificate({
  id: "c3".repeat(32), holder: "Ермаков Андрей Викторович", position: "Генеральный директор", token: rutoken, daysLeft: -41,
  unfit: [unfit("expired", { date: inDays(-41).slice(0, 10) })],
});
export const foreign = certificate({
  id: "d4".repeat(32), holder: "Лаптева Ольга Николаевна", organisation: null, organisationInn: null, ogrn: null, inn: proprietor.inn, token: rutoken,
  unfit: [unfit("no-organisation")], uses: ["sign-files"],
});
export const passive = certificate({
  id: "e5".repeat(32), holder: "Орлов Пётр Ильич", position: "Кладовщик", token: oldToken,
  unfit: [unfit("passive-token"), unfit("other-organisation", { inn: "7804567890" })],
});

export const scanOf = (part: Partial<TokenScan> = {}): TokenScan => ({
  tokens: [], certificates: [], loneKeys: [], expiring: [], problems: [], pending: [], noService: null, ...part,
});

export const warning = ({ id, holder, daysLeft }: CertificateView, part: Partial<ExpiryWarning> = {}): ExpiryWarning => ({
  certificateId: id, holder, daysLeft, expiring: daysLeft < 0 ? "over" : daysLeft <= 3 ? "in-days" : daysLeft <= 14 ? "in-two-weeks" : daysLeft <= 30 ? "in-a-month" : "in-two-months",
  beforeDeadline: null, renewed: false, ...part,
});

export const fullScan = scanOf({
  tokens: [rutoken, jacarta, oldToken], certificates: [director, accountant, expired, foreign, passive], expiring: [warning(accountant)],
  problems: [{ module: "libcastle.so.1.0.0", error: { code: "token.module-missing", params: {}, retriable: false } }],
});

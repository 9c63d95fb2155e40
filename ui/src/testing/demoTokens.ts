/** Tokens of every kind and state, what the fake host does with them, and scenarios of `vite --mode fake` that show them. */
import type { CertificateOrder, RenewalStep, TokenScan, TokenView } from "../bindings";
import { certificate, director, expired, fullScan, inDays, jacarta, oldToken, passive, proprietor, rutoken, scanOf, token, unfit, warning, wind } from "./demoPeople";
import type { FakeHost } from "./fakeHost";

export const locked = token({ id: "token-4", label: "Рутокен склада", serial: "3F0A9400", reader: "Aktiv Rutoken ECP 01 00", pin: "locked" });
export const dead = token({ id: "token-5", label: "Рутокен архива", serial: "3F0A9455", reader: "Aktiv Rutoken ECP 03 00", pin: "locked", puk: "locked" });
export const factory = token({
  id: "token-6", label: "ESMART Token", model: "ESMART Token ГОСТ", manufacturer: "ISBC", serial: "E0017744", module: "libisbc_pkcs11_main.so",
  reader: "ESMART Token USB 64K 00 00", firmware: null, pin: "must-change", puk: "last-try", signs: ["gost-256"], makes: ["gost2012-256:tc26-b"],
});
export const keyFile = token({
  id: "file-1", holder: "key-file", label: "Ключ Лаптевой.p12", model: "", serial: "a8d1e07744c0", module: "Ключ Лаптевой.p12", manufacturer: "", reader: "",
  firmware: null, makes: [],
});

export const damaged = certificate({
  id: "f6".repeat(32), holder: "", organisation: null, organisationInn: null, ogrn: null, issuer: "", serial: "", notBefore: "", notAfter: "", daysLeft: 0,
  algorithm: "unsupported", token: rutoken, unfit: [unfit("damaged")],
});
export const renewed = certificate({
  id: "a7".repeat(32), holder: "Соколова Мария Петровна", position: "Главный бухгалтер", inn: "781433870662", token: jacarta, daysLeft: 12,
  also: [{ id: "a8".repeat(32), notAfter: inDays(-353), tokenId: rutoken.id, tokenLabel: rutoken.label }],
});
export const inFile = certificate({ id: "b9".repeat(32), holder: "Лаптева Ольга Николаевна", position: "Представитель", inn: proprietor.inn, token: keyFile, daysLeft: 45 });

/** Everything that can be seen on the screen «Токены и подписи». */
export const allTokens = scanOf({
  tokens: [rutoken, jacarta, factory, locked, dead, oldToken, keyFile],
  certificates: [director, renewed, inFile, { ...expired, token: locked }, damaged, passive],
  loneKeys: [{ tokenId: rutoken.id, label: "Ермаков Андрей Викторович" }],
  expiring: [warning(renewed, { beforeDeadline: inDays(20).slice(0, 10) }), warning(inFile), warning({ ...expired, token: locked }, { renewed: true })],
  problems: fullScan.problems,
});

export const manyCertificates = (count = 40): TokenScan => {
  const certificates = Array.from({ length: count }, (_, index) =>
    certificate({
      id: index.toString(16).padStart(2, "0").repeat(32), holder: `Сотрудник № ${index + 1}`, position: "Представитель", token: rutoken, daysLeft: 10 + index * 9,
    }));
  return scanOf({ tokens: [rutoken], certificates, expiring: certificates.slice(0, 6).map((one) => warning(one)) });
};

export const draft: CertificateOrder = {
  algorithm: "", surname: "", givenName: "", position: "", organisation: wind.name, region: "", locality: "", street: "", email: "", inn: "", snils: "",
  organisationInn: wind.inn, ogrn: wind.ogrn,
};
export const renewalDraft: CertificateOrder = {
  ...draft, algorithm: "gost2012-256:tc26-b", surname: "Ермаков", givenName: "Андрей Викторович", position: "Генеральный директор", region: "78 Санкт-Петербург",
  locality: "Санкт-Петербург", street: "Морская наб., 15", inn: "780204893183", snils: "11223344595",
};

export const renewalSteps: RenewalStep[] = [
  { code: "data", done: null, at: null }, { code: "request", done: false, at: null }, { code: "centre", done: null, at: null },
  { code: "import", done: false, at: null }, { code: "check", done: null, at: null }, { code: "sign-in", done: false, at: null },
];

/** Commands of the screen «Токены и подписи»; what they change is told as the host tells it. */
export function tokenCommands(fake: FakeHost) {
  const change = (id: string, part: Partial<TokenView>) => {
    fake.scan = { ...fake.scan, tokens: fake.scan.tokens.map((one) => (one.id === id ? { ...one, ...part } : one)) };
    return null;
  };
  const show = (part: Partial<TokenScan>) => {
    fake.scan = { ...fake.scan, ...part };
    void fake.emit("tokens-changed", null);
  };
  return {
    scan_tokens: () => fake.scan,
    rescan_tokens: () => fake.scan,
    change_pin: ({ tokenId }: { tokenId: string }) => change(tokenId, { pin: "ok" }),
    unblock_pin: ({ tokenId }: { tokenId: string }) => change(tokenId, { pin: "ok" }),
    draft_order: ({ renewed: id }: { renewed: string | null }) => (id === null ? draft : renewalDraft),
    order_certificate: ({ tokenId, order }: { tokenId: string; order: CertificateOrder }) => {
      show({ loneKeys: [...fake.scan.loneKeys, { tokenId, label: `${order.surname} ${order.givenName}` }] });
      return { name: "Запрос на сертификат.req", folder: "/home/user/Документы", tokenLabel: fake.scan.tokens.find((one) => one.id === tokenId)?.label ?? "" };
    },
    import_certificate: ({ tokenId }: { tokenId: string }) => {
      const written = certificate({
        id: "c1".repeat(32), holder: director.holder, position: director.position, token: fake.scan.tokens.find((one) => one.id === tokenId) ?? null, daysLeft: 456,
      });
      show({ certificates: [...fake.scan.certificates, written], loneKeys: fake.scan.loneKeys.filter((key) => key.tokenId !== tokenId) });
      return written;
    },
    export_certificate: () => true,
    renewal: () => renewalSteps,
    add_key_file: () => {
      show({ tokens: [...fake.scan.tokens, keyFile], certificates: [...fake.scan.certificates, inFile] });
      return true;
    },
    forget_key_file: ({ tokenId }: { tokenId: string }) => {
      show({ tokens: fake.scan.tokens.filter((one) => one.id !== tokenId), certificates: fake.scan.certificates.filter((one) => one.token?.id !== tokenId) });
      return null;
    },
  };
}

/** Scenarios whose names begin with "tokens". */
export function showTokens(fake: FakeHost, scenario: string) {
  const noService = { code: "readers.service-not-running", params: {}, retriable: true };
  const scans: Record<string, TokenScan> = {
    tokens: allTokens,
    "tokens-empty": scanOf(),
    "tokens-many": manyCertificates(),
    "tokens-pending": { ...fullScan, pending: ["libjcPKCS11-2.so", "opensc-pkcs11.so"], noService },
    "tokens-two": scanOf({ tokens: [rutoken, jacarta], certificates: [director, renewed], expiring: [warning(renewed)] }),
    "tokens-long": scanOf({
      tokens: [{ ...rutoken, label: "Оченьдлинноеназвание".repeat(6), reader: "Считывательбезпробелов".repeat(5) }],
      certificates: [{ ...director, holder: "Длиннаяфамилия".repeat(9), organisation: "Длинноеназвание".repeat(12) }],
    }),
  };
  fake.scan = scans[scenario] ?? fake.scan;
  if (scenario === "tokens-error") fake.on("scan_tokens", () => Promise.reject({ code: "token.worker-unavailable", params: {}, retriable: true }));
  if (scenario === "tokens-loading") fake.on("scan_tokens", () => new Promise(() => {}));
}

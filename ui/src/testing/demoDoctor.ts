/** What the doctor finds on invented computers, for tests and for `vite --mode fake`. */
import type { Diagnosis, DoctorChain, DoctorLine, DoctorStep, StepState } from "../bindings";
import { accountant, director, jacarta, rutoken } from "./demoPeople";

const order: DoctorStep[] = [
  "usb", "service", "reader", "card", "module", "bitness", "load", "slot", "token", "certificates", "key", "signature", "verification",
];

export const doctorLine = (step: DoctorStep, state: StepState, code: string, params: Record<string, string> = {}): DoctorLine => ({ step, state, code, params });

const module = "/usr/lib/librtpkcs11ecp.so";
const whole: DoctorLine[] = [
  doctorLine("usb", "ok", "usb.found", { name: "Рутокен ЭЦП", numbers: "0a89:0030" }),
  doctorLine("service", "ok", "service.runs"),
  doctorLine("reader", "ok", "reader.found", { reader: "Aktiv Rutoken ECP 00 00" }),
  doctorLine("card", "ok", "card.known", { name: "Рутокен ЭЦП" }),
  doctorLine("module", "ok", "module.found", { name: "Рутокен ЭЦП", path: module }),
  doctorLine("bitness", "ok", "bitness.fits", { architecture: "x86_64" }),
  doctorLine("load", "ok", "load.done", { description: "Rutoken ECP PKCS #11 library", manufacturer: "Aktiv Co.", version: "2.19", cryptoki: "2.40" }),
  doctorLine("slot", "ok", "slot.found", { reader: "Aktiv Rutoken ECP 00 00" }),
  doctorLine("token", "ok", "token-state.ready", {
    name: rutoken.label, label: rutoken.label, model: rutoken.model, mechanisms: "CKM_GOSTR3410, CKM_GOSTR3410_512, CKM_GOSTR3411_12_256, CKM_GOSTR3411_12_512",
  }),
  doctorLine("certificates", "ok", "certificates.found", { count: "1", valid: "1", outdated: "0", damaged: "0", keys: "0" }),
  doctorLine("key", "ok", "key.found", { count: "1" }),
  doctorLine("signature", "not-checked", "signature.not-asked"),
  doctorLine("verification", "not-checked", "verification.not-asked"),
];

/** The whole chain with these lines changed; what follows the first broken one was not reached. */
export function demoChain(changed: DoctorLine[] = [], part: Partial<DoctorChain> = {}): DoctorChain {
  const lines = order.map((step) => changed.find((line) => line.step === step) ?? whole.find((line) => line.step === step)!);
  const broken = lines.findIndex((line) => line.state === "broken");
  return {
    title: rutoken.label, isModule: false, certificates: [{ id: director.id, holder: director.holder, notAfter: director.notAfter }],
    broken: broken < 0 ? null : lines[broken]!.step,
    lines: lines.map((line, index) => (broken >= 0 && index > broken ? doctorLine(line.step, "not-checked", "later") : line)), ...part,
  };
}

const without = (steps: DoctorStep[]) => steps.map((step) => doctorLine(step, "not-applicable", `${step}.not-needed`));
const alone = without(["usb", "service", "reader", "card"]);

export const hungModule = demoChain(
  [...alone, doctorLine("module", "ok", "module.found", { name: "КриптоПро CSP", path: "/opt/cprocsp/lib/amd64/libcppkcs11.so" }), doctorLine("load", "broken", "token.module-hung", { seconds: "10" })],
  { title: "КриптоПро CSP", isModule: true, certificates: [] },
);
export const idleModule = demoChain(
  [
    ...alone, doctorLine("module", "ok", "module.found", { name: "OpenSC", path: "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so" }), doctorLine("slot", "not-checked", "slot.unused"),
    ...(["token", "certificates", "key", "signature", "verification"] as const).map((step) => doctorLine(step, "not-checked", "later")),
  ],
  { title: "OpenSC", isModule: true, certificates: [] },
);
export const notConnected = demoChain([doctorLine("usb", "broken", "usb.none")], { title: "", certificates: [] });
export const noService = demoChain(
  [doctorLine("service", "broken", "service.stopped", { install: "sudo apt install", packages: "pcscd libccid" })], { title: "Рутокен ЭЦП", certificates: [] },
);
export const passiveToken = demoChain(
  [
    doctorLine("usb", "ok", "usb.found", { name: "Рутокен Lite", numbers: "0a89:0025" }), doctorLine("reader", "ok", "reader.found", { reader: "Aktiv Rutoken lite 00 00" }),
    doctorLine("card", "ok", "card.known", { name: "Рутокен Lite" }),
    ...(["module", "bitness", "load", "slot"] as const).map((step) => doctorLine(step, "not-applicable", "module.no-use")),
    doctorLine("token", "broken", "token-state.passive", { name: "Рутокен Lite" }),
  ],
  { title: "Рутокен Lite", certificates: [] },
);
export const lastTry = demoChain(
  [doctorLine("token", "warning", "token-state.last-try", { name: jacarta.label, label: jacarta.label, model: jacarta.model, mechanisms: "CKM_GOSTR3410" })],
  { title: jacarta.label, certificates: [director, accountant].map(({ id, holder, notAfter }) => ({ id, holder, notAfter })) },
);
export const longChain = demoChain(
  [
    doctorLine("module", "broken", "module.absent", {
      product: "Рутокен ЭЦП", paths: Array.from({ length: 9 }, (_, index) => `/usr/lib/x86_64-linux-gnu/${"каталог".repeat(6)}${index}/librtpkcs11ecp.so`).join(", "),
    }),
  ],
  { title: "Непереносимоеслово".repeat(8), certificates: [] },
);

export const demoDiagnosis = (chains: DoctorChain[] = [demoChain(), idleModule], part: Partial<Diagnosis> = {}): Diagnosis => ({
  system: "linux-known", systemName: "Debian GNU/Linux 12 (bookworm)", chains, report: "Кабинет 0.1.0, диагностика токенов.", ...part,
});

/** The diagnosis after the test signature with this certificate. */
export function demoTested(diagnosis: Diagnosis, certificateId: string, changed: DoctorLine[] = [
  doctorLine("signature", "ok", "signature.made"), doctorLine("verification", "ok", "verification.holds"),
]): Diagnosis {
  const tried = (chain: DoctorChain) => chain.certificates.some((one) => one.id === certificateId);
  const chains = diagnosis.chains.map((chain) => {
    if (!tried(chain)) return chain;
    const lines = chain.lines.map((line) => changed.find((one) => one.step === line.step) ?? line);
    return { ...chain, lines, broken: lines.find((line) => line.state === "broken")?.step ?? null };
  });
  return { ...diagnosis, chains, report: `${diagnosis.report}\nПробная подпись.` };
}

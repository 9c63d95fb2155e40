/** What an invented file can be signed as, and files that wait, for tests and for `vite --mode fake`. */
import type { FormView, SigningChoices, UiError, WaitingFile } from "../bindings";
import { inDays } from "./demoPeople";

const cades: FormView["levels"] = ["basic", "timestamped", "extended-long", "long-term", "archive"];
const detached: FormView = { form: "detached", levels: cades };
const attached: FormView = { form: "attached", levels: cades };
const pdf: FormView = { form: "pdf", levels: ["basic", "timestamped", "long-term", "archive"] };

export const demoChoices = (part: Partial<SigningChoices> = {}): SigningChoices => ({
  profiles: [
    { code: "file", title: "Любой файл", level: "timestamped", forms: [detached, attached, pdf] },
    { code: "contract", title: "Договор или акт", level: "long-term", forms: [pdf, detached] },
    { code: "fns", title: "Документ для ФНС или ЭДО", level: "basic", forms: [detached] },
  ],
  stamps: true, ...part,
});

export const demoWaiting = (error: UiError | null = null): WaitingFile => ({
  id: "w1", name: "Договор поставки № 118 от 14 ноября 2026 года.pdf.sig", folder: "/home/user/Документы", level: "timestamped", since: inDays(-0.1), due: inDays(0.01), error,
});

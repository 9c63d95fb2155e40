/** Five thousand demo documents, the same ones every time. */
import type { DocumentRow, FindingView, Readable, ServiceView, SignatureView, Stage, StatusView } from "../bindings";
import readables from "./demoReadable.json";
import { accountant, director, inDays, wind } from "./demoPeople";

const partners = [
  "ООО «Балтика-Транс»", "АО «Невский завод»", "ООО «Логистика 24»", "ИП Громов А. С.", "ООО «Светлый дом»", "АО «Карельский гранит»", "ООО «Полюс»",
  "ПАО «Энергосбыт Северо-Запад»", "ООО «Научно-производственное объединение „Приборостроитель“»",
];
const kinds = [
  { format: "fns.on_aktsverotp", title: "Акт сверки" },
  { format: "fns.on_nschfdoppr", title: "УПД (счёт-фактура и передаточный документ)" },
  { format: "sfr.10000000109", title: "Заявление СФР о переводе выплаты" },
  { format: "goskey.request", title: "Запрос на подпись через «Госключ»" },
] as const;

/** What happens to most documents, oldest last: nearly all are long accepted. */
const recentStages: Stage[] = [
  "needs-correction", "invalid", "ready", "ready", "signed", "outcome-unknown", "refused", "sent", "queued", "sending", "ready", "sent", "accepted", "failed",
  "accepted", "cancelled",
];

const statusTitles: Partial<Record<Stage, string>> = {
  sent: "Передано в ведомство", accepted: "Принято", refused: "Отказано", "needs-correction": "Требуется уточнение", failed: "Ошибка доставки в ведомство",
};

const pad = (value: number, size: number) => String(value).padStart(size, "0");

function row(index: number): DocumentRow {
  const kind = kinds[index % kinds.length] ?? kinds[0];
  const partner = partners[(index * 7) % partners.length] ?? "";
  const stage: Stage = recentStages[index] ?? (index % 41 === 0 ? "refused" : index % 97 === 0 ? "ready" : "accepted");
  const added = inDays(-index * 0.31 - 0.02);
  const sent = ["sent", "accepted", "refused", "needs-correction", "failed", "outcome-unknown", "sending"].includes(stage);
  return {
    id: `doc-${pad(index, 4)}`, title: `${kind.title} № ${1240 - (index % 900)} от ${new Date(added).toLocaleDateString("ru-RU")} — ${partner}`,
    format: kind.format, stage, added, updated: added, errors: stage === "invalid" ? 2 : 0, warnings: index % 9 === 2 ? 1 : 0, marks: [],
    signed: stage !== "invalid" && stage !== "ready", orderId: sent ? String(5_201_334_870 - index * 3) : null, statusTitle: statusTitles[stage] ?? null,
  };
}

let made: DocumentRow[] = [];

export function demoDocuments(count = 5000): DocumentRow[] {
  if (made.length < count) made = Array.from({ length: count }, (_, index) => row(index));
  return made.slice(0, count);
}

export const demoServices: ServiceView[] = [
  { code: "10000000374", title: "Обмен актами сверки с контрагентом", needsSignature: true, problems: [] },
];
export const twoServices: ServiceView[] = [
  ...demoServices,
  { code: "10000000109", title: "Социальный фонд: приём заявлений работодателя", needsSignature: true, problems: [] },
];

export const demoFindings: FindingView[] = [
  {
    code: "xsd.pattern", severity: "error", file: "ON_AKTSVEROTP_1.xml", line: 9, element: "Файл/Документ/СвОтпр/@КПП",
    params: { label: "КПП", value: "78010100", rule: "9 знаков: 4 цифры, 2 цифры или заглавные латинские буквы, 3 цифры" },
  },
  { code: "xsd.missing-element", severity: "error", file: "ON_AKTSVEROTP_1.xml", line: 31, element: "Файл/Документ/ТабСвер/Итог", params: { label: "Таблица сверки", expected: "«Итог»" } },
  { code: "file-name.recipient", severity: "warning", file: "ON_AKTSVEROTP_1.xml", line: null, element: null, params: { value: "2BM-7804567890", expected: "2BM-7804567898" } },
];

/** What the program itself makes of the files in assets/samples; a request to «Госключ» has nothing as deep. */
export const demoReadable = ({ title, format }: DocumentRow): Readable =>
  (readables as Record<string, Readable>)[format] ?? {
    title, sections: [{ level: 0, heading: title, fields: [{ label: "Отправитель", value: wind.name }, { label: "Документов", value: "2" }], tables: [] }],
  };

export function demoRaw(lines: number): string {
  const head = [
    '<?xml version="1.0" encoding="windows-1251"?>', '<Файл ИдФайл="ON_AKTSVEROTP_2BM-7804567890_2BM-7801234564_20261120_1" ВерсФорм="5.01" ВерсПрог="Кабинет 0.1">',
    '  <Документ КНД="1169010" ДатаДок="20.11.2026" ВремДок="10.14.05">', "    <!-- Сведения документа -->", '    <СвДокСвер НомДок="1240" ДатаНач="01.07.2026" ДатаКон="30.09.2026">',
    '      <ВалСвер КодОКВ="643" НаимОКВ="Российский рубль"/>', "    </СвДокСвер>", "    <СвОтпр>",
    `      <ЮЛ НаимОрг="ООО &quot;Северный ветер&quot;" ИННЮЛ="${wind.inn}" КПП="78010100"/>`, "    </СвОтпр>", "    <ТабСвер>",
  ];
  const body = Array.from(
    { length: Math.max(lines - head.length - 3, 0) },
    (_, i) => `      <СведОперСвер НомСтр="${i + 1}" ДатаОпер="${pad((i % 28) + 1, 2)}.07.2026" НаимОпер="${i % 2 ? "Оплата" : "Реализация услуг"}" Дебет="${24_500 + i}.00"/>`,
  );
  return [...head, ...body, "    </ТабСвер>", "  </Документ>", "</Файл>"].join("\n");
}

export const demoSignatures: SignatureView[] = [
  {
    file: "ON_AKTSVEROTP_1.xml.sig", signer: director.holder, organisation: wind.name, signingTime: inDays(-0.4), verdict: "valid", reasons: [],
    certificateId: director.id, checkedAt: inDays(-0.4), authority: null,
  },
  {
    file: "ON_AKTSVEROTP_1_partner.sig", signer: accountant.holder, organisation: "ООО «Балтика-Транс»", signingTime: inDays(-0.2), verdict: "unknown",
    reasons: ["signature.certificate-unknown", "pki.revocation-no-evidence"], certificateId: accountant.id, checkedAt: inDays(-0.1), authority: null,
  },
];

export const demoHistory: StatusView[] = [
  { title: "Заявление зарегистрировано", comment: null, sender: null, at: inDays(-0.39), final: false, code: "2" },
  { title: "Передано в ведомство", comment: null, sender: null, at: inDays(-0.37), final: false, code: "6" },
  {
    title: "Требуется уточнение", sender: null, comment: "Сальдо на конец периода не сходится с данными получателя: проверьте строку 7. Исправленный документ отправьте новым.",
    at: inDays(-0.1), final: false, code: "10",
  },
];

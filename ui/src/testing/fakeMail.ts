/** Госпочта of the fake mode: an unopened letter, an opened one with files, lists in every state. */
import type { LetterRef, MailLetter, MailRow, MailTaskView, MailView, OpenLetter, SignatureView } from "../bindings";
import { inDays } from "./demoPeople";

const director = "Орлов Пётр Сергеевич";
const day = (days: number) => inDays(days).slice(0, 10);

function row(number: number, part: Partial<MailRow>): MailRow {
  const id = (kind: number) => `0b0f3f9a-3f6d-4c35-8a5${kind}-7e5d12c1aa0${number}`;
  return { letter: { thread: id(5), message: id(6) }, sender: "ФНС России", subject: null, created: inDays(-number), state: "unopened", who: null, at: null, ...part };
}

const verdict = (part: Partial<SignatureView>): SignatureView => ({
  file: "", signer: "Учебный портал: результаты", organisation: null, signingTime: inDays(-2), verdict: "valid", reasons: [], certificateId: "", checkedAt: inDays(-1), ...part,
});
const file = (number: number, name: string) => ({ id: `file-${number}`, name, size: 48_213, signed: true, ready: true, fetched: false, signatures: [] as SignatureView[] });

const demoLetters: MailLetter[] = [
  {
    row: row(1, { subject: "Требование о представлении пояснений" }), params: { Номер: "12-34/5678" },
    text: "Инспекция проводит камеральную проверку декларации по НДС за III квартал.\n\nПредставьте пояснения в течение пяти рабочих дней.\n\n* расхождение в строке 180 раздела 3;\n* книга покупок, запись 14.\n\nПодробнее: [nalog.gov.ru][1]\n\n[1]: https://www.nalog.gov.ru/",
    files: [file(1, "Требование 12-34_5678.pdf")],
  },
  {
    row: row(2, { sender: "ФССП России", subject: "Постановление о возбуждении исполнительного производства", state: "opened", who: director, at: inDays(-1) }), params: { Номер: "987654/26/77001-ИП" },
    text: "Возбуждено исполнительное производство. Срок для добровольного исполнения — пять дней со дня получения постановления.",
    files: [
      { ...file(2, "Постановление.pdf"), fetched: true, signatures: [verdict({})] },
      { ...file(3, "Приложение.pdf"), fetched: true, signatures: [verdict({ verdict: "invalid", reasons: ["signature.content-differs"] })] },
      { ...file(4, "Опись.pdf"), ready: false, signed: false },
    ],
  },
  { row: row(3, { sender: "СФР", subject: "Уведомление об устранении ошибок в ЕФС-1", state: "opened-elsewhere" }), params: {}, text: "", files: [] },
  { row: row(4, { sender: "Роструд", subject: "Предостережение", state: "unknown", who: director, at: inDays(-0.2) }), params: {}, text: "", files: [] },
];

const task = (id: string, part: Partial<MailTaskView>): MailTaskView => ({ id, day: day(-1), ordered: inDays(-0.05), who: director, state: "preparing", looked: null, total: null, ...part });

export class FakeMail {
  letters = demoLetters;
  tasks = [task("t1", { day: day(0) }), task("t2", { state: "taken", looked: inDays(-0.02), total: 4 }), task("t3", { day: day(-3), state: "failed", looked: inDays(-0.02) })];
  searchesLeft = 2;
  fetchesLeft = 11;
  refused = false;

  constructor(private readonly changed: () => unknown) {}

  private find({ message }: LetterRef): MailLetter {
    const found = this.letters.find(({ row }) => row.letter.message === message);
    if (!found) throw { code: "app.not-found", params: {}, retriable: false };
    return found.row.state === "opened" ? found : { ...found, text: null, params: {}, files: [] };
  }

  private change({ message }: LetterRef, change: (letter: MailLetter) => MailLetter): MailLetter {
    this.letters = this.letters.map((letter) => (letter.row.letter.message === message ? change(letter) : letter));
    this.changed();
    return this.find({ thread: "", message });
  }

  private view(): MailView {
    const budget = { searches: 5, searchesLeft: this.searchesLeft, fetches: 15, fetchesLeft: this.fetchesLeft };
    return { letters: this.letters.map(({ row }) => row), total: this.letters.length, tasks: this.tasks, budget, refused: this.refused, earliest: day(-29), latest: day(0) };
  }

  commands() {
    return {
      mail: () => this.view(),
      request_mail: ({ days }: { days: string[] }) => {
        this.tasks = [...days.map((of, index) => task(`new-${index}`, { day: of })), ...this.tasks];
        this.searchesLeft -= days.length;
        this.changed();
        return this.view();
      },
      look_at_mail: ({ task: id }: { task: string }) => {
        this.tasks = this.tasks.map((one) => (one.id === id ? { ...one, state: "taken", looked: inDays(0), total: 4 } : one));
        this.fetchesLeft -= 1;
        this.changed();
        return this.view();
      },
      letter: ({ letter }: { letter: LetterRef }) => this.find(letter),
      open_letter: ({ request }: { request: OpenLetter }) => this.change(request.letter, (letter) => ({ ...letter, row: { ...letter.row, state: "opened", who: director, at: inDays(0) } })),
      fetch_letter_file: ({ letter, file: id }: { letter: LetterRef; file: string }) =>
        this.change(letter, (found) => ({ ...found, files: found.files.map((one) => (one.id === id ? { ...one, fetched: true, signatures: [verdict({})] } : one)) })),
      save_letter: () => true,
      save_letter_file: () => true,
    };
  }
}

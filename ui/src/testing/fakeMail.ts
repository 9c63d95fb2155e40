/** Госпочта of the fake mode: an unopened letter, an opened one with files, lists in every state. */
import type { Answered, ImportOutcome, LetterDeletion, LetterKeeping, LetterRef, MailLetter, MailRow, MailTaskView, MailView, OpenLetter, SignatureView, WrittenAnswer } from "../bindings";
import { inDays } from "./demoPeople";

const director = "Орлов Пётр Сергеевич";
const day = (days: number) => inDays(days).slice(0, 10);

function row(number: number, part: Partial<MailRow>): MailRow {
  const id = (kind: number) => `0b0f3f9a-3f6d-4c35-8a5${kind}-7e5d12c1aa0${number}`;
  return { letter: { thread: id(5), message: id(6) }, sender: "ФНС России", subject: null, created: inDays(-number), state: "unopened", who: null, at: null, ...part };
}

const verdict = (part: Partial<SignatureView>): SignatureView => ({
  file: "", signer: "Учебный портал: результаты", organisation: null, signingTime: inDays(-2), verdict: "valid", reasons: [], certificateId: "", checkedAt: inDays(-1), authority: null, ...part,
});
const file = (number: number, name: string) => ({ id: `file-${number}`, name, size: 48_213, signed: true, ready: true, fetched: false, signatures: [] as SignatureView[] });

const keeping: LetterKeeping = {
  class: { code: "letters", title: "Письма Госпочты", years: 5, source: "НК РФ, ст. 23, п. 1, подп. 8: пять лет для документов, нужных для исчисления и уплаты налогов. Для прочих писем срок определяет организация" },
  until: "2032-01-01", ended: false, hold: null,
};
const none = { number: null, answers: [], keeping: null };

const demoLetters: MailLetter[] = [
  {
    row: row(1, { subject: "Требование о представлении пояснений" }), params: { Номер: "12-34/5678" },
    text: "Инспекция проводит камеральную проверку декларации по НДС за III квартал.\n\nПредставьте пояснения в течение пяти рабочих дней.\n\n* расхождение в строке 180 раздела 3;\n* книга покупок, запись 14.\n\nПодробнее: [nalog.gov.ru][1]\n\n[1]: https://www.nalog.gov.ru/",
    files: [file(1, "Требование 12-34_5678.pdf")], number: "12-34/5678", answers: [], keeping,
  },
  {
    row: row(2, { sender: "ФССП России", subject: "Постановление о возбуждении исполнительного производства", state: "opened", who: director, at: inDays(-1) }), params: { Номер: "987654/26/77001-ИП" },
    text: "Возбуждено исполнительное производство. Срок для добровольного исполнения — пять дней со дня получения постановления.",
    files: [
      { ...file(2, "Постановление.pdf"), fetched: true, signatures: [verdict({})] },
      { ...file(3, "Приложение.pdf"), fetched: true, signatures: [verdict({ verdict: "invalid", reasons: ["signature.content-differs"] })] },
      { ...file(4, "Опись.pdf"), ready: false, signed: false },
    ],
    number: "987654/26/77001-ИП", answers: [{ document: "doc-0004", title: "Ответ на 987654_26_77001-ИП от 09.03.2026", stage: "signed", signed: true }], keeping,
  },
  { row: row(3, { sender: "СФР", subject: "Уведомление об устранении ошибок в ЕФС-1", state: "opened-elsewhere" }), params: {}, text: "", files: [], ...none },
  { row: row(4, { sender: "Роструд", subject: "Предостережение", state: "unknown", who: director, at: inDays(-0.2) }), params: {}, text: "", files: [], ...none },
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
    if (found.row.state === "opened") return found;
    return { ...found, text: null, params: {}, files: [], keeping: null, number: found.row.state === "deleted" ? found.number : null };
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

  answeredBy(id: string): Answered | null {
    const found = this.letters.find(({ answers }) => answers.some(({ document }) => document === id));
    return found ? { row: found.row, number: found.number } : null;
  }

  private answer(letter: LetterRef, document: string, title: string) {
    this.change(letter, (found) => ({ ...found, answers: [{ document, title, stage: "ready", signed: false }, ...found.answers] }));
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
      set_letter_hold: ({ letter, reason }: { letter: LetterRef; reason: string | null }) =>
        this.change(letter, (found) => ({ ...found, keeping: found.keeping && { ...found.keeping, hold: reason === null ? null : { reason, since: inDays(0) } } })),
      delete_letter: ({ deletion: { letter } }: { deletion: LetterDeletion }) =>
        this.change(letter, (found) => ({ ...found, row: { ...found.row, state: "deleted", subject: found.number } })),
      answer_letter: ({ answer }: { answer: WrittenAnswer }) => {
        this.answer(answer.letter, "doc-0006", "Ответ");
        return "doc-0006";
      },
      answer_letter_with_files: ({ letter }: { letter: LetterRef }): ImportOutcome[] => {
        this.answer(letter, "doc-0007", "Пояснения.pdf");
        return [{ name: "Пояснения.pdf", documentId: "doc-0007", draftId: null, duplicateOf: null, signatures: 0, renewed: false, letter: null, error: null, problems: [] }];
      },
      save_letter: () => true,
      save_letter_file: () => true,
    };
  }
}

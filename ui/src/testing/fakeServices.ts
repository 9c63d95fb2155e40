/** The catalogue of the fake host: narrowed as the host does, marks kept in memory. */
import type { DraftForm, FormFieldView, ServiceCatalogue, ServiceItem, ServiceListing, ServiceQuery, ServiceSearch } from "../bindings";
import { inDays } from "./demoPeople";
import { licence } from "./demoSubscriptions";

const item = (code: string, title: string, part: Partial<ServiceItem> = {}): ServiceItem => ({
  code, title, summary: "Заявление рассматривается ведомством; ответ приходит в «Заявления».", category: "Лицензии и разрешения", agency: "Лицензирующий орган", audience: ["legal", "sole-proprietor"], fits: true, termDays: 30, fee: null,
  documents: ["Заявление", "Устав"], signed: true, updated: "2026-10-01", way: "form", favourite: false, ...part,
});

const services: ServiceItem[] = [
  item("99000000010", "Получение и продление лицензии (учебный контур)", { fee: 7500 }),
  item("99000000012", "Выписка из ЕГРЮЛ и ЕГРИП (учебный контур)", { category: "Справки", agency: "ФНС России", termDays: 1, signed: false }),
  item("10000000109", "Доставка пенсий и социальных выплат", { category: "Социальные выплаты", agency: "Социальный фонд России", termDays: 5, way: "file", signed: false }),
  item("60080315", "Ежегодная семейная выплата", { category: "Социальные выплаты", agency: "Социальный фонд России", termDays: 10, way: "elsewhere", audience: ["person"], fits: false, signed: false }),
  ...Array.from({ length: 40 }, (_, index) => item(`6000${String(index).padStart(4, "0")}`, `Уведомление ведомства № ${index + 1}`, { category: "Уведомления", agency: "Роспотребнадзор", termDays: 15, way: "elsewhere", signed: false })),
];

const field = (name: string, label: string, kind: FormFieldView["kind"], part: Partial<FormFieldView> = {}): FormFieldView => ({
  name, label, kind, required: false, max: null, choices: [], when: null, help: null, computed: false, dictionary: null, extensions: [], many: false, ...part,
});

export const demoServiceForm: DraftForm = {
  code: "epgu.application:99000000010:1", name: "Получение и продление лицензии (учебный контур)",
  sections: [{
    heading: "Лицензия", table: null, counterparty: {},
    fields: [
      field("kind", "Что нужно", "choice", { required: true, choices: [{ value: "new", label: "Новая лицензия" }, { value: "extend", label: "Продление" }] }),
      field("number", "Номер действующей лицензии", "text", { when: { field: "kind", is: "new", negated: true } }),
      field("activity", "Вид деятельности", "dictionary", { required: true, dictionary: "OKVED" }),
      field("consent", "Согласие на проверку", "flag", { required: true }),
      field("files", "Документы организации", "file", { required: true, many: true, extensions: ["pdf", "jpg"] }),
    ],
  }],
};

export class FakeServices {
  items = services;
  source: ServiceCatalogue["source"] = "portal";
  at: string | null = inDays(-2);
  error: ServiceCatalogue["error"] = null;
  outdated = [{ code: "1", title: "Старая услуга" }];
  searches: ServiceSearch[] = [];
  listing: ServiceListing = { order: "popularity", rows: 20 };

  constructor(private readonly changed: () => unknown) {}

  catalogue(query: Required<ServiceQuery>, rows: number, ask: boolean): ServiceCatalogue {
    const fold = (text: string) => text.toLowerCase().replaceAll("ё", "е");
    const words = fold(query.text).split(/\s+/).filter(Boolean);
    const found = this.items.filter((one) =>
      words.every((word) => fold(`${one.code} ${one.title} ${one.agency}`).includes(word)) && (!query.category || one.category === query.category) && (!query.agency || one.agency === query.agency)
      && (query.maxDays === null || (one.termDays ?? 999) <= query.maxDays) && (!query.fee || (query.fee === "paid") === (one.fee !== null)) && (!query.fitting || one.fits) && (!query.favourites || one.favourite));
    const distinct = (values: string[]) => [...new Set(values)].sort();
    const marked = this.items.filter((one) => one.favourite);
    return {
      rows: found.slice(0, rows), total: found.length, all: this.items.length, categories: distinct(this.items.map((one) => one.category)), agencies: distinct(this.items.map((one) => one.agency)),
      favourites: marked.map(({ code, title }) => ({ code, title })), outdated: this.outdated, frequent: [], searches: this.searches, listing: this.listing, source: this.source, at: this.at, error: ask ? this.error : null,
    };
  }

  commands = (begin: () => unknown) => ({
    services: ({ query, rows, ask }: { query: Required<ServiceQuery>; rows: number; ask: boolean }) => this.catalogue(query, rows, ask),
    service: ({ code }: { code: string }) => {
      const found = this.items.find((one) => one.code === code);
      if (!found) throw { code: "app.not-found", params: {}, retriable: false };
      return found;
    },
    list_services_so: ({ listing }: { listing: ServiceListing }) => this.then(() => (this.listing = listing)),
    mark_service: ({ code, favourite }: { code: string; favourite: boolean }) => this.then(() => (this.items = this.items.map((one) => (one.code === code ? { ...one, favourite } : one)))),
    drop_outdated_services: () => this.then(() => (this.outdated = [])),
    save_service_search: (search: ServiceSearch) => this.then(() => (this.searches = [...this.searches, search])),
    delete_service_search: ({ name }: { name: string }) => this.then(() => (this.searches = this.searches.filter((one) => one.name !== name))),
    begin_application: begin,
    begin_renewal: begin,
    licence_renewal: ({ number }: { service: string; number: string }) => ({ licence: licence({ number, ends: inDays(125) }), hasForm: true, answers: [{ label: "Что нужно", value: "Продление" }, { label: "Номер действующей лицензии", value: number }] }),
    dictionary: () => ({ rows: [{ code: "62.01", title: "Разработка программного обеспечения" }], more: false }),
    attach_files: () => null,
  });

  private then(work: () => unknown) {
    work();
    this.changed();
    return null;
  }
}

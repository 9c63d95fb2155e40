/** Applications of the fake mode: each kind of end and of question, and many old ones. */
import type { NewOwnRule, NoticeRules, NoticeView, OrderItem, OrderPage, OrderQuery, OwnRuleView, ServiceUse, StatusView } from "../bindings";
import { inDays } from "./demoPeople";

const services = [
  { code: "99000000001", title: "Приём документов налогового учёта (учебный портал)", authority: "Федеральная налоговая служба" },
  { code: "10000000109", title: "Доставка пенсий и социальных выплат", authority: "Социальный фонд России" },
  { code: "10000000374", title: "Отправка документов на подпись в Госключ", authority: "Госключ" },
];
const status = (title: string, days: number, part: Partial<StatusView> = {}): StatusView => ({ title, comment: null, at: inDays(days), sender: "Федеральная налоговая служба", final: false, code: null, ...part });

export function orderItem(part: Partial<OrderItem> & Pick<OrderItem, "id" | "status">): OrderItem {
  return {
    serviceTitle: services[0]?.title ?? "", service: "99000000001", updated: inDays(-1), authority: "Федеральная налоговая служба", isFinal: false, watched: false, documentId: null,
    hasQuestion: false, answerUntil: null, ...part,
  };
}

export function orderPage(item: OrderItem, part: Partial<OrderPage> = {}): OrderPage {
  return {
    item, documentTitle: null, history: [status("Заявление зарегистрировано на портале", -2), status(item.status, -1, { final: item.isFinal === true })], results: [], attachments: [],
    canCancel: false, canAnswer: false, canRepeat: false, refused: false, outdated: false, answers: [], underWay: false, ...part,
  };
}

const named: OrderPage[] = [
  orderPage(orderItem({ id: "764000912", status: "Заявление требует исправления", hasQuestion: true, answerUntil: inDays(9), documentId: "doc-0000", updated: inDays(-0.02) }), {
    documentTitle: "Акт сверки № 15 с ООО «Вектор»", attachments: ["ON_AKTSVEROTP_15.xml", "ON_AKTSVEROTP_15.xml.sig"], canAnswer: true,
    history: [
      status("Заявление зарегистрировано на портале", -2), status("Заявление получено ведомством", -1.5),
      status("Заявление требует исправления", -0.02, { comment: "Исправьте КПП контрагента до 12.12.2026 и отправьте заявление снова" }),
    ],
    answers: [{ documentId: "doc-0004", title: "Акт сверки № 15, исправленный" }, { documentId: "doc-0003", title: "Договор поставки № 7" }],
  }),
  orderPage(orderItem({ id: "764000911", status: "Заявление получено ведомством", watched: true, updated: inDays(-0.1) }), {
    canCancel: true, history: [status("Заявление зарегистрировано на портале", -0.4), status("Заявление отправлено в ведомство", -0.3), status("Заявление получено ведомством", -0.1)],
  }),
  orderPage(orderItem({ id: "764000907", status: "Отказано в предоставлении услуги", isFinal: true, documentId: "doc-0006", updated: inDays(-2) }), {
    documentTitle: "Уведомление об исчисленных суммах налогов", refused: true, canRepeat: true, results: ["otkaz_764000907.pdf", "otkaz_764000907.pdf.sig"],
  }),
];

export class FakeOrders {
  pages: OrderPage[] = [...named, ...Array.from({ length: 400 }, (_, index) => {
    const service = services[index % services.length];
    const known = index % 7 !== 3;
    return orderPage(
      orderItem({
        id: String(764000900 - index), status: "Услуга оказана", isFinal: known ? true : null, updated: inDays(-3 - index),
        serviceTitle: known ? (service?.title ?? "") : "", service: known ? (service?.code ?? null) : null, authority: known ? (service?.authority ?? null) : null,
      }),
    );
  })];
  rules: NoticeRules = { enabled: true, statuses: true, decisions: true, questions: true, watched: true, quietFrom: 22, quietTo: 8 };
  ownRules: OwnRuleView[] = [{ id: "rule-demo", when: "silence", service: null, serviceTitle: null, status: "", days: 10 }];
  notices: NoticeView[] = [
    { at: inDays(-0.02), kind: "question", text: "Заявление требует исправления", title: "Акт сверки № 15 с ООО «Вектор»", documentId: "doc-0000", orderId: "764000912" },
    { at: inDays(-0.1), kind: "watched", text: "Заявление получено ведомством", title: "", documentId: null, orderId: "764000911" },
    { at: inDays(-1), kind: "deadline", text: "НДС за III квартал", title: "", documentId: null, orderId: null },
  ];

  private page(id: string): OrderPage {
    const found = this.pages.find((page) => page.item.id === id);
    if (!found) throw { code: "app.not-found", params: {}, retriable: false };
    return found;
  }

  private change(id: string, change: (page: OrderPage) => OrderPage): OrderPage {
    this.pages = this.pages.map((page) => (page.item.id === id ? change(page) : page));
    return this.page(id);
  }

  commands() {
    return {
      orders: ({ query }: { query: OrderQuery }) => {
        const fits = ({ item }: OrderPage) =>
          (!query.open || item.isFinal !== true) && (!query.watched || item.watched) && (!query.status || item.status === query.status) && (!query.service || item.service === query.service) &&
          (query.text === "" || `${item.id} ${item.status} ${item.serviceTitle}`.includes(query.text));
        const found = this.pages.filter(fits);
        return {
          rows: found.slice(query.offset, query.offset + query.limit).map(({ item }) => item), total: found.length, statuses: [...new Set(this.pages.map(({ item }) => item.status))],
          services: services.map(({ code, title }) => ({ code, title })), exchanged: inDays(-0.002), failing: null,
        };
      },
      service_statistics: (): ServiceUse[] =>
        services.map(({ code, title }) => {
          const own = this.pages.filter(({ item }) => item.service === code);
          return { code, title, orders: own.length, open: own.filter(({ item }) => item.isFinal !== true).length, last: inDays(-1) };
        }),
      order: ({ id }: { id: string }) => this.page(id),
      watch_order: ({ id, watched }: { id: string; watched: boolean }) => this.change(id, (page) => ({ ...page, item: { ...page.item, watched } })),
      cancel_order: ({ id }: { id: string }) => this.change(id, (page) => ({ ...page, canCancel: false, underWay: true })),
      answer_order: ({ id }: { id: string }) => this.change(id, (page) => ({ ...page, canAnswer: false, underWay: true })),
      repeat_order: () => ({ id: "draft-1" }),
      own_rules: () => this.ownRules,
      add_own_rule: ({ rule }: { rule: NewOwnRule }) => {
        if (rule.when === "status" && rule.status.trim() === "") throw { code: "app.own-rule", params: {}, retriable: false };
        const title = services.find(({ code }) => code === rule.service)?.title ?? null;
        return (this.ownRules = [...this.ownRules, { ...rule, id: `rule-${this.ownRules.length}`, serviceTitle: title }]);
      },
      remove_own_rule: ({ id }: { id: string }) => (this.ownRules = this.ownRules.filter((rule) => rule.id !== id)),
      notices: () => this.notices,
      notice_rules: () => this.rules,
      set_notice_rules: ({ rules }: { rules: NoticeRules }) => (this.rules = rules),
    };
  }
}

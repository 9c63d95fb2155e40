/** Inspections as the portal would tell of them. */
import type { Inspections, InspectionView } from "../bindings";
import { inDays } from "./demoPeople";
import type { FakeHost } from "./fakeHost";

export const inspection = (part: Partial<InspectionView> = {}): InspectionView => ({
  id: "i-1", number: "990000004711", kind: "planned", agency: "Учебная инспекция", subject: "Хранение первичных учётных документов", begins: inDays(12.2), ends: inDays(26), status: "announced", open: true,
  result: null, documents: ["Решение о проверке № 7"], papers: ["Журнал учёта счетов-фактур", "Договоры с поставщиками за год"], papersDue: inDays(3.2), papersDaysLeft: 3, beginsIn: 12, ...part,
});

export const demoInspections = (part: Partial<Inspections> = {}): Inspections => ({
  presence: "present", at: inDays(-0.001), refused: null, error: null,
  items: [
    inspection(),
    inspection({ id: "i-2", agency: "Учебное ведомство по труду", kind: "unplanned", subject: "Расследование обращения работника", status: "under-way", begins: inDays(-4), ends: inDays(6), papers: [], papersDue: null, papersDaysLeft: null, beginsIn: null, documents: [] }),
    inspection({ id: "i-3", agency: "Учебный пожарный надзор", subject: "Пожарная безопасность склада", status: "ended", open: false, begins: inDays(-200), ends: inDays(-190), result: "Нарушений не найдено", papers: [], papersDue: null, papersDaysLeft: null, beginsIn: null, documents: ["Решение № 12", "Акт проверки № 12/1"] }),
  ], ...part,
});

/** Scenarios of the fake mode; false if the name is none of these. */
export function showInspections(fake: FakeHost, scenario: string): boolean {
  switch (scenario) {
    case "inspections-none":
      fake.inspections = demoInspections({ items: [] });
      return true;
    case "inspections-offline":
      fake.inspections = demoInspections({ at: inDays(-3), error: { code: "portal.unreachable", params: {}, retriable: true } });
      return true;
    case "inspections-refused":
      fake.inspections = demoInspections({ items: [], at: null, refused: { code: "app.not-permitted", params: { permission: "taxes.view", reason: "" }, retriable: false } });
      return true;
    case "templates": {
      // draft-1 is a template of the licence service, draft-2 was begun of an older one.
      const service = "99000000010";
      fake.drafts.add({ kind: "new" }, { form: "epgu.application:99000000010:1", service, isTemplate: true, title: "Лицензия для филиала" });
      const unplaced = [["Цель обращения", "Для банка"], ["Согласие на обработку", "true"]].map(([label, value]) => ({ field: `unplaced/${label}`, label: label ?? "", value: value ?? "" }));
      fake.drafts.add({ kind: "new", ...Object.fromEntries(unplaced.map(({ field, value }) => [field, value])) }, { form: "epgu.application:99000000010:1", service, unplaced });
      return true;
    }
    default:
      return false;
  }
}

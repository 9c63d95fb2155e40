import { screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Month } from "../features/calendar/words";
import { firstDay, lastDay, moved, weeksOf } from "../features/calendar/words";
import { dayFromNow, entry, guessedProfile } from "../testing/demoCalendar";
import { FakeHost, uiError } from "../testing/fakeHost";
import { openApp } from "../testing/render";

const line = (id: string) => document.querySelector<HTMLElement>(`[data-testid="deadline"][data-id="${id}"]`);
const shown = (id: string) => waitFor(() => {
  const found = line(id);
  expect(found).toBeTruthy();
  return found as HTMLElement;
});

it("says of each deadline what, for which period, by which law and how much time is left", async () => {
  await openApp(new FakeHost(), "/calendar");
  const vat = await shown("vat/2026/3");
  expect(vat.textContent).toContain("Декларация по НДС");
  expect(vat.textContent).toContain("III квартал");
  expect(vat.textContent).toContain("НК РФ, статья 174, пункт 5");
  expect(vat.textContent).toContain("Осталось 2 рабочих дня");
  expect((await shown("ndfl-notice-first/2026/11")).textContent).toContain("Сегодня");
  expect((await shown("injury/2026/3")).textContent).toContain("но это выходной");
});

it("marks as done, hides what is done, and shows one authority at a time", async () => {
  const { fake, user } = await openApp(new FakeHost(), "/calendar");
  const vat = await shown("vat/2026/3");
  await user.click(within(vat).getByTestId("deadline-done"));
  expect(fake.called("mark_deadline").at(-1)?.args).toEqual({ id: "vat/2026/3", done: true });
  await waitFor(() => expect(line("vat/2026/3")?.dataset.done).toBe("true"));
  await user.click(screen.getByTestId("hide-done"));
  await waitFor(() => expect(line("vat/2026/3")).toBeNull());
  await user.click(screen.getByText("Свои"));
  await waitFor(() => expect(line("ndfl-notice-first/2026/11")).toBeNull());
  expect(line("own/1")).toBeTruthy();
});

it("keeps deadlines of one's own", async () => {
  const { fake, user } = await openApp(new FakeHost(), "/calendar");
  const add = await screen.findByTestId("own-add");
  expect((add as HTMLButtonElement).disabled).toBe(true);
  await user.type(screen.getByTestId("own-title"), "Продлить аренду");
  await user.type(screen.getByTestId("own-due"), dayFromNow(5));
  await user.click(add);
  expect(fake.called("add_deadline").at(-1)?.args).toEqual({ title: "Продлить аренду", due: dayFromNow(5) });
  expect(await screen.findByText("Продлить аренду")).toBeTruthy();
  expect((screen.getByTestId("own-title") as HTMLInputElement).value).toBe("");
  await user.click(within(await shown("own/1")).getByTestId("remove-deadline"));
  await waitFor(() => expect(line("own/1")).toBeNull());
});

it("what was typed stays when it could not be added", async () => {
  const fake = new FakeHost().fail("add_deadline", uiError("app.not-a-date"));
  const { user } = await openApp(fake, "/calendar");
  await user.type(await screen.findByTestId("own-title"), "Аренда");
  await user.type(screen.getByTestId("own-due"), dayFromNow(5));
  await user.click(screen.getByTestId("own-add"));
  expect((await screen.findByTestId("error")).dataset.code).toBe("app.not-a-date");
  expect((screen.getByTestId("own-title") as HTMLInputElement).value).toBe("Аренда");
});

it("asks what the organisation is until somebody has said so", async () => {
  const { fake, user } = await openApp(new FakeHost(), "/calendar");
  const form = await screen.findByTestId("calendar-profile");
  expect(form.textContent).toContain("Программа предполагает");
  await user.selectOptions(within(form).getByTestId("regime"), "simplified");
  expect(fake.called("set_calendar_profile").at(-1)?.args).toEqual({ profile: { ...guessedProfile, regime: "simplified", chosen: true } });
  await waitFor(() => expect(screen.getByTestId("calendar-profile").textContent).not.toContain("Программа предполагает"));
});

it("shows the month at a glance and walks through the months", async () => {
  const { fake, user } = await openApp(new FakeHost(), "/calendar");
  const grid = await screen.findByTestId("month-grid");
  const today = grid.querySelector<HTMLElement>(`[data-day="${dayFromNow(0)}"]`);
  expect(today?.dataset.due).toBe("1");
  const before = fake.called("calendar").length;
  await user.click(within(grid).getByTestId("next-month"));
  await waitFor(() => expect(fake.called("calendar").length).toBe(before + 1));
  const asked = fake.called("calendar").at(-1)?.args as { from: string; to: string };
  expect(asked.from > dayFromNow(-7)).toBe(true);
});

it("warns that dates may move while the days off are not decreed", async () => {
  const fake = new FakeHost();
  fake.on("calendar", () => ({ today: dayFromNow(0), profile: guessedProfile, entries: [entry("vat/2026/4", 40, { certain: false })], daysOff: [], undecreed: [2027] }));
  await openApp(fake, "/calendar");
  expect((await screen.findByTestId("undecreed")).textContent).toContain("2027");
});

it("the first screen names the nearest and leads to the calendar", async () => {
  const { user } = await openApp();
  const block = await screen.findByTestId("next-deadlines");
  expect(block.textContent).toContain("Срок прошёл 2 дня назад");
  expect(within(block).queryByText("ЕФС-1, раздел 2: взносы на травматизм")).toBeNull();
  await user.click(within(block).getByText("Весь календарь"));
  expect(window.location.hash).toBe("#/calendar");
});

it("no deadlines leave no block on the first screen", async () => {
  const fake = new FakeHost();
  fake.deadlines = [];
  await openApp(fake);
  await screen.findByTestId("needs-action");
  // By the block and by the count above it.
  await waitFor(() => expect(fake.called("calendar").length).toBe(2));
  expect(screen.queryByTestId("next-deadlines")).toBeNull();
});

it("a failure is told and tried again", async () => {
  const { user, fake } = await openApp(new FakeHost().fail("calendar", uiError("app.calendar-data", { file: "ru-2027.json" }, true)), "/calendar");
  expect((await screen.findByTestId("error-why")).textContent).toContain("ru-2027.json");
  const before = fake.called("calendar").length;
  await user.click(screen.getByTestId("error-retry"));
  await waitFor(() => expect(fake.called("calendar").length).toBe(before + 1));
});

it("months begin on their Monday and end on their last day", () => {
  const february: Month = { year: 2026, month: 1 };
  expect(weeksOf(february).map((week) => week[0])).toEqual(["2026-01-26", "2026-02-02", "2026-02-09", "2026-02-16", "2026-02-23"]);
  expect([firstDay(february), lastDay(february), lastDay({ year: 2028, month: 1 })]).toEqual(["2026-02-01", "2026-02-28", "2028-02-29"]);
  expect(moved({ year: 2026, month: 11 }, 1)).toEqual({ year: 2027, month: 0 });
  expect(weeksOf({ year: 2027, month: 1 }).length).toBe(4);
});

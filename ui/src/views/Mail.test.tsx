import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { daysBetween } from "../features/mail/OrderList";
import { FakeHost, uiError } from "../testing/fakeHost";
import { openApp } from "../testing/render";

const path = (fake: FakeHost, index: number) => {
  const letter = fake.mail.letters[index]?.row.letter;
  return `/mail/${letter?.thread}_${letter?.message}`;
};

describe("the mail", () => {
  it("says that nothing is fetched by itself, and asks the portal for nothing when it is looked at", async () => {
    const { fake } = await openApp(new FakeHost(), "/mail");
    expect((await screen.findByTestId("mail-banner")).textContent).toContain("не загружаются сами");
    const rows = await screen.findAllByTestId("mail-row");
    expect(rows.map((row) => row.dataset["state"])).toEqual(["unopened", "opened", "opened-elsewhere", "unknown"]);
    expect(rows[1]?.textContent).toContain("Орлов Пётр Сергеевич");
    for (const command of ["request_mail", "look_at_mail", "open_letter", "fetch_letter_file"]) expect(fake.called(command)).toHaveLength(0);
  });

  it("tells the day's budget, and orders no more days than are left", async () => {
    const { user, fake } = await openApp(new FakeHost(), "/mail");
    expect((await screen.findByTestId("mail-budget")).textContent).toContain("заказов 2 из 5");
    const order = screen.getByTestId("mail-order");
    await user.click(order);
    await waitFor(() => expect(screen.getByTestId("mail-budget").textContent).toContain("заказов 1 из 5"));
    fake.mail.searchesLeft = 0;
    void fake.emit("mail-changed", null);
    expect((await screen.findByTestId("mail-spent")).textContent).toContain("исчерпаны");
    expect(order.hasAttribute("disabled")).toBe(true);
    expect(daysBetween("2026-02-27", "2026-03-02")).toEqual(["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"]);
  });

  it("shows how far ordered lists are, and looks at one when told to", async () => {
    const { user, fake } = await openApp(new FakeHost(), "/mail");
    const task = (await screen.findAllByTestId("mail-task"))[0];
    expect(task?.textContent).toContain("обычно около часа");
    await user.click(screen.getByTestId("mail-look"));
    await waitFor(() => expect(screen.queryByTestId("mail-look")).toBeNull());
    expect(fake.called("look_at_mail")[0]?.args).toEqual({ task: "t1" });
  });

  it("tells who may read it, why an order failed, and what to do while there is nothing", async () => {
    const fake = new FakeHost();
    fake.mail.refused = true;
    fake.mail.letters = [];
    fake.fail("request_mail", uiError("mail.not-allowed"));
    const { user } = await openApp(fake, "/mail");
    expect((await screen.findByTestId("mail-refused")).textContent).toContain("администратор");
    expect((await screen.findByTestId("empty")).textContent).toContain("Закажите список");
    await user.click(screen.getByTestId("mail-order"));
    expect((await screen.findByTestId("error")).dataset["code"]).toBe("mail.not-allowed");
  });
});

describe("a letter", () => {
  it("is opened only after what follows was told and understood", async () => {
    const fake = new FakeHost();
    const { user } = await openApp(fake, path(fake, 0));
    expect(await screen.findByTestId("letter-closed")).toBeTruthy();
    expect(screen.queryByTestId("letter-text")).toBeNull();
    await user.click(screen.getByTestId("letter-open"));
    const dialog = await screen.findByTestId("open-dialog");
    expect(dialog.textContent).toContain("считается вручённым");
    expect(within(dialog).getByTestId("open-confirm").hasAttribute("disabled")).toBe(true);
    await user.click(within(dialog).getByTestId("open-understood"));
    expect(fake.called("open_letter")).toHaveLength(0);
    await user.click(within(dialog).getByTestId("open-confirm"));
    expect((await screen.findByTestId("letter-text")).textContent).toContain("пяти рабочих дней");
    expect(fake.called("open_letter")).toHaveLength(1);
    expect(document.querySelector("a[href^='http']")).toBeNull();
  });

  it("shows the verdict on each file's signature, and fetches one when told to", async () => {
    const fake = new FakeHost();
    await openApp(fake, path(fake, 1));
    const verdicts = await screen.findAllByTestId("file-verdict");
    expect(verdicts.map((verdict) => verdict.dataset["verdict"])).toEqual(["valid", "invalid"]);
    expect(screen.getByTestId("file-fetch").hasAttribute("disabled")).toBe(true);
    expect(fake.called("fetch_letter_file")).toHaveLength(0);
  });
});

describe("an opened letter", () => {
  it("is deleted only with a reason, and before its term only with a second word; it stays known by its number", async () => {
    const fake = new FakeHost();
    const { user } = await openApp(fake, path(fake, 1));
    await user.click(await screen.findByTestId("letter-delete"));
    const dialog = await screen.findByTestId("letter-delete-dialog");
    const confirm = within(dialog).getByTestId("confirm-delete");
    await user.type(within(dialog).getByTestId("delete-reason"), "акт № 3");
    expect(confirm.hasAttribute("disabled")).toBe(true);
    await user.click(within(dialog).getByTestId("confirm-early"));
    await user.click(confirm);
    expect((await screen.findByTestId("letter-deleted")).textContent).toContain("уже вручено");
    expect(fake.called("delete_letter")[0]?.args).toMatchObject({ deletion: { reason: "акт № 3", early: true } });
    expect(screen.queryByTestId("letter-text")).toBeNull();
    expect(screen.getByText("987654/26/77001-ИП")).toBeTruthy();
    // Opening it again wants the same word as the first time.
    expect(screen.getByTestId("letter-open")).toBeTruthy();
    expect(fake.called("open_letter")).toHaveLength(0);
  });

  it("is not deleted while it is held", async () => {
    const fake = new FakeHost();
    const { user } = await openApp(fake, path(fake, 1));
    await user.type(await screen.findByTestId("hold-reason"), "выездная проверка");
    await user.click(screen.getByTestId("hold"));
    expect((await screen.findByTestId("held")).textContent).toContain("выездная проверка");
    await user.click(screen.getByTestId("letter-delete"));
    expect(await screen.findByTestId("letter-held")).toBeTruthy();
    expect(screen.queryByTestId("confirm-delete")).toBeNull();
  });

  it("is answered by a document that names the letter, and says that nothing is sent by itself", async () => {
    const fake = new FakeHost();
    const { user } = await openApp(fake, path(fake, 1));
    expect((await screen.findByTestId("letter-answer-row")).textContent).toContain("Подписан");
    await user.click(screen.getByTestId("letter-answer"));
    const dialog = await screen.findByTestId("answer-dialog");
    expect(dialog.textContent).toContain("ФССП России");
    expect(dialog.textContent).toContain("№ 987654/26/77001-ИП от");
    expect(within(dialog).getByTestId("answer-way").textContent).toContain("услуги API ЕПГУ для ответа на письмо нет");
    expect(within(dialog).getByTestId("answer-create").hasAttribute("disabled")).toBe(true);
    await user.type(within(dialog).getByTestId("answer-text"), "Поясняем: расхождений нет.");
    await user.click(within(dialog).getByTestId("answer-create"));
    expect(fake.called("answer_letter")[0]?.args).toMatchObject({ answer: { text: "Поясняем: расхождений нет." } });
    // The document says what it answers, and leads back.
    const strip = await screen.findByTestId("answers-letter");
    expect(strip.textContent).toContain("987654/26/77001-ИП");
    expect(strip.querySelector("a")?.getAttribute("href")).toBe(`#${path(fake, 1)}`);
  });

  it("is answered by files that are prepared", async () => {
    const fake = new FakeHost();
    const { user } = await openApp(fake, path(fake, 1));
    await user.click(await screen.findByTestId("letter-answer"));
    await user.click(await screen.findByTestId("answer-files"));
    expect(await screen.findByTestId("answers-letter")).toBeTruthy();
  });
});

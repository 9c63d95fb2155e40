import { screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { demoArrivals } from "../../testing/demoOutbox";
import { FakeHost, uiError } from "../../testing/fakeHost";
import { openApp } from "../../testing/render";

it("is chosen, shown and let go of", async () => {
  const { user } = await openApp(new FakeHost(), "/settings");
  expect(await screen.findByText("Папка не выбрана")).toBeTruthy();
  await user.click(screen.getByTestId("choose-hot-folder"));
  expect((await screen.findByTestId("hot-folder")).textContent).toBe("/home/user/Выгрузка 1С");
  expect(screen.getByText("Пока ничего не пришло")).toBeTruthy();
  await user.click(screen.getByTestId("forget-hot-folder"));
  expect(await screen.findByText("Папка не выбрана")).toBeTruthy();
});

it("lists what came, leads to documents, says why a file was not taken, and takes back", async () => {
  const fake = new FakeHost();
  fake.hotFolder = demoArrivals();
  const { user } = await openApp(fake, "/settings");
  const [taken, known, rejected] = await screen.findAllByTestId("arrival");
  if (!taken || !known || !rejected) throw new Error("three came");
  expect(within(taken).getByRole("link").getAttribute("href")).toBe("#/documents/doc-0002");
  expect(known.textContent).toContain("Уже есть в архиве");
  expect(rejected.textContent).toContain("есть объявление DTD");
  expect(within(known).queryByTestId("take-back")).toBeNull();
  await user.click(within(taken).getByTestId("take-back"));
  expect(fake.called("take_back_arrival").at(-1)?.args).toEqual({ id: "arr-1" });
  await waitFor(() => expect(screen.getAllByTestId("arrival")[0]?.dataset.outcome).toBe("taken-back"));
});

it("tells what is wrong with the folder, and that a chosen one cannot be used", async () => {
  const fake = new FakeHost().fail("choose_hot_folder", uiError("app.folder-taken"));
  fake.hotFolder = { ...demoArrivals(), problem: uiError("app.file-forbidden", { file: "/home/user/Выгрузка 1С" }, true) };
  const { user } = await openApp(fake, "/settings");
  const codes = () => screen.getAllByTestId("note").map((note) => note.dataset.code);
  await waitFor(() => expect(codes()).toContain("app.file-forbidden"));
  await user.click(screen.getByTestId("choose-hot-folder"));
  expect((await screen.findByTestId("error")).dataset.code).toBe("app.folder-taken");
});

it("is asked for again when something comes", async () => {
  const { fake } = await openApp(new FakeHost(), "/settings");
  await screen.findByText("Папка не выбрана");
  fake.hotFolder = demoArrivals();
  await fake.emit("arrivals-changed", null);
  expect((await screen.findAllByTestId("arrival")).length).toBe(3);
});

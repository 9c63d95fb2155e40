import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { FakeHost, uiError } from "../testing/fakeHost";
import { demoServiceForm } from "../testing/fakeServices";
import { openApp } from "../testing/render";
import { text } from "../testing/texts";

const count = () => screen.getByTestId("services-count").textContent;
const licence = "99000000010";

describe("services", () => {
  it("are searched by words and part of the code, narrowed with chips, and shown a page at a time", async () => {
    const { user } = await openApp(new FakeHost(), "/services");
    await screen.findByTestId("services-list");
    expect(count()).toBe("Найдено 44 услуги");
    expect(within(screen.getByTestId("services-list")).getAllByRole("listitem")).toHaveLength(20);
    await user.click(screen.getByTestId("services-more"));
    await waitFor(() => expect(within(screen.getByTestId("services-list")).getAllByRole("listitem")).toHaveLength(40));
    await user.type(screen.getByTestId("services-search"), "лицензии продление");
    await waitFor(() => expect(count()).toBe("Найдена 1 услуга"));
    await user.clear(screen.getByTestId("services-search"));
    await user.selectOptions(screen.getByTestId("services-category"), "Социальные выплаты");
    await waitFor(() => expect(count()).toBe("Найдено 2 услуги"));
    await user.click(within(screen.getByTestId("services-chips")).getByRole("button"));
    await waitFor(() => expect(count()).toBe("Найдено 44 услуги"));
    await user.type(screen.getByTestId("services-search"), "такого нет");
    await user.click(await screen.findByText(text("ui.services.notFound.reset")));
    await waitFor(() => expect(count()).toBe("Найдено 44 услуги"));
  });

  it("say how old they are when the portal does not answer, and whose they are when it has none", async () => {
    const fake = new FakeHost();
    fake.catalogue.error = uiError("portal.unreachable", {}, true);
    await openApp(fake, "/services");
    expect((await screen.findByTestId("services-old")).textContent).toContain("2 дня назад");
    expect(screen.getByTestId("services-list")).toBeTruthy();
  });

  it("say what to do while there is no catalogue", async () => {
    const fake = new FakeHost();
    Object.assign(fake.catalogue, { items: [], source: "nothing", at: null, error: uiError("app.not-signed-in") });
    await openApp(fake, "/services");
    expect((await screen.findByTestId("empty")).textContent).toContain(text("ui.services.none.signIn"));
  });

  it("are marked with a star, outdated marks go together, a search is kept under a name", async () => {
    const { user, fake } = await openApp(new FakeHost(), "/services");
    await user.click(await screen.findByTestId(`star-${licence}`));
    await waitFor(() => expect(screen.getByTestId(`star-${licence}`).getAttribute("aria-pressed")).toBe("true"));
    expect(within(screen.getByTestId("services-side")).getByText(/Получение и продление/)).toBeTruthy();
    await user.click(screen.getByTestId("drop-outdated"));
    await waitFor(() => expect(screen.queryByTestId("services-outdated")).toBeNull());
    await user.type(screen.getByTestId("services-search"), "лицензии");
    await user.click(await screen.findByTestId("services-save-search"));
    await user.click(await screen.findByTestId("search-name-save"));
    await user.click(await screen.findByTestId("search-лицензии"));
    expect(fake.called("save_service_search")).toHaveLength(1);
  });

  it("remember the order and the number of rows", async () => {
    const { user, fake } = await openApp(new FakeHost(), "/services");
    await user.selectOptions(await screen.findByTestId("services-rows"), "50");
    await waitFor(() => expect(within(screen.getByTestId("services-list")).getAllByRole("listitem")).toHaveLength(44));
    await user.selectOptions(screen.getByTestId("services-order"), "title");
    await waitFor(() => expect(fake.catalogue.listing).toEqual({ order: "title", rows: 50 }));
  });

  it("lead to a form, to a file, or say that they are not filed from here", async () => {
    const fake = new FakeHost();
    const { user } = await openApp(fake, "/services/60080315");
    expect((await screen.findByTestId("not-fitting")).textContent).toContain("граждане");
    expect(screen.queryByTestId("begin-application")).toBeNull();
    window.location.hash = "/services/10000000109";
    expect(await screen.findByTestId("open-for-service")).toBeTruthy();
    window.location.hash = `/services/${licence}`;
    await user.click(await screen.findByTestId("begin-application"));
    await waitFor(() => expect(window.location.hash).toContain("/drafts/"));
  });

  it("have forms with flags, dictionaries, files and questions that depend on others", async () => {
    const fake = new FakeHost();
    const draft = fake.drafts.add({ kind: "new", files: `${"a".repeat(64)}/2048/устав.pdf` }, { form: demoServiceForm.code, service: licence, formChanged: true });
    fake.on("draft_form", () => demoServiceForm);
    const { user } = await openApp(fake, `/drafts/${draft.id}`);
    expect((await screen.findByTestId("form-changed")).textContent).toBe(text("ui.services.formChanged"));
    expect(screen.queryByTestId("field-number")).toBeNull();
    await user.selectOptions(screen.getByTestId("field-kind"), "extend");
    expect(await screen.findByTestId("field-number")).toBeTruthy();
    await user.click(screen.getByTestId("field-consent"));
    await user.click(screen.getByTestId("field-activity"));
    await user.click(await screen.findByText("62.01 Разработка программного обеспечения"));
    await user.click(screen.getByRole("button", { name: "Убрать файл устав.pdf" }));
    await user.click(screen.getByTestId("field-files"));
    await waitFor(() => expect(fake.called("attach_files")).toHaveLength(1));
    const saved = fake.drafts.view(draft.id).fields;
    expect(saved).toMatchObject({ kind: "extend", consent: "true", activity: "62.01 Разработка программного обеспечения" });
    expect(saved["files"]).toBeUndefined();
  });
});

import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { standing } from "../testing/demoCabinet";
import { FakeHost, readyState, uiError } from "../testing/fakeHost";
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

describe("the renewal of a licence", () => {
  it("begins with what is known of the licence", async () => {
    const fake = new FakeHost();
    const { user } = await openApp(fake, `/services/${licence}?licence=10-4711`);
    const strip = await screen.findByTestId("renewal");
    expect(strip.textContent).toContain("Лицензия № 10-4711");
    expect(within(strip).getByText("Продление")).toBeTruthy();
    await user.click(await screen.findByTestId("begin-application"));
    await waitFor(() => expect(fake.called("begin_renewal")[0]?.args).toEqual({ service: licence, number: "10-4711" }));
    expect(fake.called("begin_application")).toHaveLength(0);
    await waitFor(() => expect(window.location.hash).toContain("/drafts/"));
  });

  it("says when the form has no place for the number", async () => {
    const fake = new FakeHost();
    fake.on("licence_renewal", () => ({ licence: null, hasForm: true, answers: [] }));
    await openApp(fake, `/services/${licence}?licence=X`);
    const strip = await screen.findByTestId("renewal");
    expect(strip.textContent).toContain(text("ui.services.renewal.noPlace"));
    expect(strip.textContent).toContain("Продление лицензии № X");
  });

  it("is begun by whoever may fill in applications", async () => {
    const refused = [{ code: "applications.fill", error: { code: "app.not-permitted", params: { permission: "applications.fill", reason: "" }, retriable: false } }];
    await openApp(new FakeHost(readyState({ standing: standing({ refused }) })), `/services/${licence}?licence=10-4711`);
    expect((await screen.findByTestId("begin-application")).hasAttribute("disabled")).toBe(true);
  });
});

describe("templates of applications", () => {
  const withTemplate = () => {
    const fake = new FakeHost();
    fake.drafts.add({ kind: "new" }, { form: demoServiceForm.code, service: licence, isTemplate: true, title: "Для филиала" });
    fake.on("draft_form", () => demoServiceForm);
    return fake;
  };

  it("stand at the card of their service and are begun from there", async () => {
    const fake = withTemplate();
    const { user } = await openApp(fake, "/services/99000000012");
    expect((await screen.findByTestId("service-templates")).textContent).toContain(text("ui.services.templates.none"));
    window.location.hash = `/services/${licence}`;
    const row = await screen.findByTestId("template-draft-1");
    await user.click(within(row).getByTestId("use"));
    await waitFor(() => expect(fake.called("copy_draft")[0]?.args).toEqual({ id: "draft-1", template: null }));
    await waitFor(() => expect(window.location.hash).toBe("#/drafts/draft-2"));
  });

  it("stand beside the catalogue, and are renamed and deleted there", async () => {
    const fake = withTemplate();
    const { user } = await openApp(fake, "/services");
    await user.click(within(await screen.findByTestId("template-draft-1")).getByTestId("more"));
    await user.click(await screen.findByTestId("rename"));
    const name = await screen.findByTestId("template-new-name");
    await user.clear(name);
    await user.click(screen.getByTestId("template-rename"));
    expect(await screen.findByText(text("errors.app.template-name.what"))).toBeTruthy();
    await user.type(name, "Для склада");
    await user.click(screen.getByTestId("template-rename"));
    await waitFor(() => expect(screen.getByTestId("template-draft-1").textContent).toContain("Для склада"));
    await user.click(within(screen.getByTestId("template-draft-1")).getByTestId("more"));
    await user.click(await screen.findByTestId("remove"));
    await waitFor(() => expect(screen.queryByTestId("template-draft-1")).toBeNull());
    expect(fake.drafts.list("removed")).toHaveLength(1);
  });

  it("are renamed where they are open, too", async () => {
    const fake = withTemplate();
    const { user } = await openApp(fake, "/drafts/draft-1");
    await user.click(await screen.findByTestId("draft-more"));
    await user.click(await screen.findByTestId("rename-template"));
    const name = await screen.findByTestId("template-name");
    await user.clear(name);
    await user.type(name, "Для склада");
    await user.click(screen.getByTestId("template-save"));
    await waitFor(() => expect(fake.drafts.view("draft-1").title).toBe("Для склада"));
    expect(fake.called("copy_draft")).toHaveLength(0);
    expect(await screen.findByRole("heading", { name: "Для склада" })).toBeTruthy();
  });

  it("older than the form name what has no place in it until it is removed", async () => {
    const fake = withTemplate();
    const field = "unplaced/Цель";
    const draft = fake.drafts.add({ kind: "new", [field]: "Для банка" }, { form: demoServiceForm.code, service: licence, unplaced: [{ field, label: "Цель", value: "Для банка" }] });
    const { user } = await openApp(fake, `/drafts/${draft.id}`);
    const strip = await screen.findByTestId("unplaced");
    expect(within(strip).getByText("Цель")).toBeTruthy();
    expect(within(strip).getByText("Для банка")).toBeTruthy();
    await user.click(screen.getByTestId("remove-unplaced"));
    await waitFor(() => expect(screen.queryByTestId("unplaced")).toBeNull());
    await waitFor(() => expect(fake.drafts.view(draft.id).fields[field]).toBeUndefined());
  });
});

import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { demoInspections, inspection } from "../testing/demoInspections";
import { FakeHost, uiError } from "../testing/fakeHost";
import { openApp } from "../testing/render";
import { text } from "../testing/texts";

describe("inspections", () => {
  it("are reached from the applications, those that are over apart from the others", async () => {
    const { user } = await openApp(new FakeHost(), "/orders");
    await user.click(await screen.findByTestId("tab-inspections"));
    const open = await screen.findByTestId("inspections-open");
    expect(within(open).getAllByRole("heading").map((one) => one.textContent)).toEqual(["Учебная инспекция", "Учебное ведомство по труду"]);
    const over = within(screen.getByTestId("inspections-over")).getByTestId("inspection-i-3");
    expect(over.textContent).toContain("Нарушений не найдено");
    expect(screen.getByTestId("nav-orders").getAttribute("aria-current")).toBe("page");
    await user.click(screen.getByTestId("tab-orders"));
    expect(await screen.findByTestId("orders-count")).toBeTruthy();
  });

  it("say which papers are asked for and how long there is", async () => {
    const fake = new FakeHost();
    fake.inspections = demoInspections({
      items: [inspection(), inspection({ id: "i-8", papersDaysLeft: 0 }), inspection({ id: "i-9", papersDaysLeft: -2, status: "frozen" })],
    });
    await openApp(fake, "/inspections");
    const first = within(await screen.findByTestId("inspection-i-1"));
    expect(within(first.getByTestId("papers")).getAllByRole("listitem")).toHaveLength(2);
    expect(first.getByTestId("papers").textContent).toContain("осталось 3 дня");
    expect(first.getByText("Начнётся через 12 дней")).toBeTruthy();
    expect(screen.getByTestId("inspection-i-8").textContent).toContain(text("ui.inspections.papersToday"));
    // A state nobody knows is shown as the portal says it.
    expect(screen.getByTestId("inspection-i-9").textContent).toContain("frozen");
    expect(screen.getByTestId("inspection-i-9").textContent).toContain(text("ui.inspections.papersOver"));
  });

  it("tell none from unknown, and unknown from a portal that does not speak of them", async () => {
    const fake = new FakeHost();
    fake.inspections = demoInspections({ items: [] });
    const { user } = await openApp(fake, "/inspections");
    expect((await screen.findByTestId("empty")).textContent).toContain(text("ui.inspections.empty"));
    fake.inspections = demoInspections({ items: [], at: null, presence: "unknown", error: uiError("app.not-signed-in") });
    await user.click(screen.getByTestId("refresh"));
    await waitFor(() => expect(screen.getByTestId("empty").textContent).toContain(text("ui.inspections.unknown")));
    expect(screen.getByText(text("errors.app.not-signed-in.what"))).toBeTruthy();
    fake.inspections = demoInspections({ items: [], at: null, presence: "absent" });
    await user.click(screen.getByTestId("refresh"));
    expect((await screen.findByTestId("absent")).textContent).toBe(text("ui.inspections.absent"));
    expect(screen.queryByTestId("empty")).toBeNull();
  });

  it("are not shown to whoever may not see them, with the reason", async () => {
    const fake = new FakeHost();
    const refused = (reason: string) => demoInspections({ at: null, items: [], refused: uiError("app.not-permitted", { permission: "taxes.view", reason }) });
    fake.inspections = refused("Представитель не подтверждён");
    await openApp(fake, "/inspections");
    const empty = await screen.findByTestId("empty");
    expect(empty.textContent).toBe(`${text("ui.inspections.refused")}Представитель не подтверждён`);
    expect(screen.queryByTestId("refresh")).toBeNull();
    fake.inspections = refused("");
    await fake.emit("cabinet-changed", null);
    await waitFor(() => expect(screen.getByTestId("empty").textContent).toContain(text("ui.inspections.refusedText")));
  });

  it("stay on the screen with their age when the portal does not answer", async () => {
    const fake = new FakeHost();
    fake.inspections = demoInspections({ error: uiError("portal.unreachable", {}, true) });
    await openApp(fake, "/inspections");
    expect(await screen.findByTestId("inspection-i-1")).toBeTruthy();
    expect(screen.getByText(text("errors.portal.unreachable.what"))).toBeTruthy();
  });
});

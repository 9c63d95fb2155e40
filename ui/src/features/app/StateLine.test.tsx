import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { inDays } from "../../testing/demoPeople";
import { FakeHost, readyState } from "../../testing/fakeHost";
import { openApp } from "../../testing/render";

it.each([
  [-0.01, null],
  [-1.01 / 24, "1 час назад"],
  [-1.5, "36 часов назад"],
  [-3.1, "3 дня назад"],
])("what was exchanged %d days ago says how old it is", async (days, expected) => {
  await openApp(new FakeHost(readyState({ lastSync: inDays(days), network: "offline" }), 3));
  const line = screen.getByTestId("last-sync").textContent ?? "";
  if (expected) expect(line).toContain(`(${expected})`);
  else expect(line).not.toContain("назад");
});

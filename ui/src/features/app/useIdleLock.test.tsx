import { act, fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, it, vi } from "vitest";
import type { AppState } from "../../ipc";
import { FakeHost, readyState, uiError } from "../../testing/fakeHost";
import { openApp } from "../../testing/render";
import { IDLE_CHECK_MS } from "./useIdleLock";

const MINUTE = 60_000;
const settings = (lockAfterMinutes: number) => ({ ...readyState().settings, lockAfterMinutes });
const open = (minutes: number, part: Partial<AppState> = {}, path = "") => openApp(new FakeHost(readyState({ settings: settings(minutes), ...part })), path);
const pass = (milliseconds: number) => act(() => vi.advanceTimersByTimeAsync(milliseconds));

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
});

it("locks once nobody has touched the window for the chosen time", async () => {
  const { fake } = await open(5);
  await pass(5 * MINUTE - 2 * IDLE_CHECK_MS);
  expect(fake.called("lock")).toHaveLength(0);
  await pass(3 * IDLE_CHECK_MS);
  expect(fake.called("lock")).toHaveLength(1);
  expect(screen.getByTestId("unlock")).toBeTruthy();
  await pass(10 * MINUTE);
  expect(fake.called("lock")).toHaveLength(1);
});

it.each([
  ["the keyboard", () => fireEvent.keyDown(document.body, { key: "a" })],
  ["the pointer", () => fireEvent.pointerMove(document.body)],
  ["a press", () => fireEvent.pointerDown(document.body)],
  ["the wheel", () => fireEvent.wheel(document.body)],
  ["a touch", () => fireEvent.touchStart(document.body)],
])("waits anew after %s", async (_, touch) => {
  const { fake } = await open(5);
  await pass(4 * MINUTE);
  touch();
  await pass(4 * MINUTE);
  expect(fake.called("lock")).toHaveLength(0);
  await pass(MINUTE + IDLE_CHECK_MS);
  expect(fake.called("lock")).toHaveLength(1);
});

it("input after the time is over does not save the window from the lock", async () => {
  const { fake } = await open(5);
  // The computer slept: the clock went on, timers did not.
  vi.setSystemTime(Date.now() + 6 * MINUTE);
  await act(async () => void fireEvent.pointerMove(document.body));
  expect(fake.called("lock")).toHaveLength(1);
});

it("never locks when told so", async () => {
  const { fake } = await open(0);
  await pass(90 * MINUTE);
  expect(fake.called("lock")).toHaveLength(0);
});

it.each([
  ["first-start", 0],
  ["locked", 0],
  ["no-organisation", 1],
] as const)("in the phase %s locks %i times", async (phase, times) => {
  const { fake } = await open(5, { phase, organisation: null, organisations: [], session: null });
  await pass(5 * MINUTE + IDLE_CHECK_MS);
  expect(fake.called("lock")).toHaveLength(times);
});

it("follows a change of the setting", async () => {
  const { fake } = await open(30);
  await act(() => fake.emit("state-changed", fake.change({ settings: settings(5) })));
  await pass(5 * MINUTE + IDLE_CHECK_MS);
  expect(fake.called("lock")).toHaveLength(1);
});

it("a lock that failed is told and tried again", async () => {
  const { fake } = await open(5);
  fake.fail("lock", uiError("app.io", {}, true));
  await pass(5 * MINUTE + IDLE_CHECK_MS);
  expect(screen.getByTestId("error").dataset.code).toBe("app.io");
  await pass(5 * MINUTE + IDLE_CHECK_MS);
  expect(fake.called("lock")).toHaveLength(2);
});

it("after unlocking the person is where they were", async () => {
  await open(5, {}, "/documents/doc-0004");
  await screen.findByTestId("primary-action");
  await pass(5 * MINUTE + IDLE_CHECK_MS);
  expect(screen.queryByTestId("primary-action")).toBeNull();
  fireEvent.click(screen.getByTestId("unlock"));
  expect((await screen.findByTestId("primary-action")).dataset.action).toBe("send");
  expect(window.location.hash).toBe("#/documents/doc-0004");
});

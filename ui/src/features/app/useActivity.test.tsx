import { act, fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, it, vi } from "vitest";
import type { AppState } from "../../ipc";
import { FakeHost, readyState, uiError } from "../../testing/fakeHost";
import { openApp } from "../../testing/render";
import { ACTIVITY_MS } from "./useActivity";

const open = (part: Partial<AppState> = {}, path = "") => openApp(new FakeHost(readyState(part)), path);
const touch = () => act(async () => void fireEvent.pointerMove(document.body));
const pass = (milliseconds: number) => act(() => vi.advanceTimersByTimeAsync(milliseconds));

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
});

it.each([
  ["the keyboard", () => fireEvent.keyDown(document.body, { key: "a" })],
  ["the pointer", () => fireEvent.pointerMove(document.body)],
  ["a press", () => fireEvent.pointerDown(document.body)],
  ["the wheel", () => fireEvent.wheel(document.body)],
  ["a touch", () => fireEvent.touchStart(document.body)],
])("tells the host of %s", async (_, touched) => {
  const { fake } = await open();
  expect(fake.called("note_activity")).toHaveLength(0);
  await act(async () => void touched());
  expect(fake.called("note_activity")).toHaveLength(1);
});

it("tells it now and then and not at every movement", async () => {
  const { fake } = await open();
  for (let i = 0; i < 100; i++) await touch();
  expect(fake.called("note_activity")).toHaveLength(1);
  await pass(ACTIVITY_MS + 1);
  await touch();
  expect(fake.called("note_activity")).toHaveLength(2);
});

it("the first input after a sleep of the computer is told at once", async () => {
  const { fake } = await open();
  await touch();
  vi.setSystemTime(Date.now() + 3_600_000);
  await touch();
  vi.setSystemTime(Date.now() - 7_200_000);
  await touch();
  expect(fake.called("note_activity")).toHaveLength(3);
});

it("by itself it never locks: that is the host's to decide", async () => {
  const { fake } = await open();
  await pass(90 * 60_000);
  expect(fake.called("lock")).toHaveLength(0);
  await act(() => fake.emit("state-changed", fake.change({ phase: "locked", session: null })));
  expect(screen.getByTestId("unlock")).toBeTruthy();
});

it.each([
  ["first-start", 0],
  ["locked", 0],
  ["no-organisation", 1],
] as const)("in the phase %s it tells %i times", async (phase, times) => {
  const { fake } = await open({ phase, organisation: null, organisations: [], session: null });
  await touch();
  expect(fake.called("note_activity")).toHaveLength(times);
});

it("a host that cannot be told breaks nothing", async () => {
  const { fake } = await open();
  fake.fail("note_activity", uiError("app.io", {}, true));
  await touch();
  expect(screen.queryByTestId("error")).toBeNull();
});

it("after the host has locked and the person unlocked they are where they were", async () => {
  const { fake } = await open({}, "/documents/doc-0004");
  await screen.findByTestId("primary-action");
  await act(() => fake.emit("state-changed", fake.change({ phase: "locked", session: null })));
  expect(screen.queryByTestId("primary-action")).toBeNull();
  fireEvent.click(screen.getByTestId("unlock"));
  expect((await screen.findByTestId("primary-action")).dataset.action).toBe("send");
  expect(window.location.hash).toBe("#/documents/doc-0004");
});

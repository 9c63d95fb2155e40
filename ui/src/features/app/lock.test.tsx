import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { FakeHost, readyState } from "../../testing/fakeHost";
import { openApp } from "../../testing/render";
import { onBeforeLock } from "./beforeLock";

const lock = () => fireEvent.keyDown(window, { code: "KeyL", ctrlKey: true });

async function lockAndUnlock() {
  lock();
  fireEvent.click(await screen.findByTestId("unlock"));
  await waitFor(() => expect(screen.queryByTestId("unlock")).toBeNull());
}

const part = (name: string) => waitFor(() => {
  const found = document.querySelector<HTMLElement>(`[data-keep-scroll="${name}"]`);
  expect(found).toBeTruthy();
  return found as HTMLElement;
});

it("saves first when the person locks", async () => {
  const { fake } = await openApp();
  const order: string[] = [];
  fake.on("lock", () => {
    order.push("lock");
    return fake.change({ phase: "locked" });
  });
  const end = onBeforeLock(async () => {
    await Promise.resolve();
    order.push("save");
  });
  lock();
  await screen.findByTestId("unlock");
  end();
  expect(order).toEqual(["save", "lock"]);
});

it("saves and says so when the desktop locks", async () => {
  const { fake } = await openApp();
  let saved = 0;
  const ends = [
    onBeforeLock(() => void (saved += fake.called("ready_to_lock").length === 0 ? 1 : 0)),
    onBeforeLock(() => { throw new Error("no space left"); }),
  ];
  await act(() => fake.emit("about-to-lock", null));
  await waitFor(() => expect(fake.called("ready_to_lock")).toHaveLength(1));
  ends.forEach((end) => end());
  expect(saved).toBe(1);
  await act(() => fake.emit("about-to-lock", null));
  await waitFor(() => expect(fake.called("ready_to_lock")).toHaveLength(2));
  expect(saved).toBe(1);
});

it("a save that hangs does not keep the vault open", async () => {
  const { fake } = await openApp();
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const end = onBeforeLock(() => new Promise(() => undefined));
  lock();
  await act(() => vi.advanceTimersByTimeAsync(1600));
  expect(fake.called("lock")).toHaveLength(1);
  end();
});

it("leaves nothing of the vault in the window", async () => {
  const { fake } = await openApp(new FakeHost(readyState(), 400), "/documents/doc-0004");
  await screen.findByTestId("primary-action");
  const { title } = fake.documents.find((row) => row.id === "doc-0004") ?? { title: "" };
  const organisation = fake.state.organisation?.name ?? "";
  const page = () => document.documentElement.outerHTML + JSON.stringify({ ...window.localStorage, ...window.sessionStorage });
  expect(page()).toContain(title);
  expect(page()).toContain(organisation);
  lock();
  await screen.findByTestId("unlock");
  for (const secret of [title, organisation, fake.state.organisation?.inn ?? title]) expect(page()).not.toContain(secret);
  // And what it showed is asked for again, not remembered.
  const before = fake.called("document").length;
  fireEvent.click(screen.getByTestId("unlock"));
  await screen.findByTestId("primary-action");
  expect(fake.called("document").length).toBe(before + 1);
});

it("returns to the same document, tab and line", async () => {
  const { user } = await openApp(new FakeHost(readyState(), 400), "/documents/doc-0004");
  await user.click(await screen.findByTestId("tab-files"));
  (await part("files")).scrollTop = 240;
  await lockAndUnlock();
  await waitFor(() => expect(screen.getByTestId("tab-files").getAttribute("aria-selected")).toBe("true"));
  expect(window.location.hash).toBe("#/documents/doc-0004");
  await waitFor(async () => expect((await part("files")).scrollTop).toBe(240));
});

it("returns to the same row of a long list", async () => {
  await openApp(new FakeHost(readyState(), 400), "/documents");
  const table = () => part("documents");
  (await table()).scrollTop = 12_000;
  await lockAndUnlock();
  await waitFor(async () => expect((await table()).scrollTop).toBe(12_000));
});

it("elsewhere it begins afresh", async () => {
  const { user } = await openApp(new FakeHost(readyState(), 400), "/documents/doc-0004");
  await user.click(await screen.findByTestId("tab-files"));
  await lockAndUnlock();
  await waitFor(() => expect(screen.getByTestId("tab-files").getAttribute("aria-selected")).toBe("true"));
  act(() => { window.location.hash = "/documents/doc-0005"; });
  await waitFor(() => expect(window.location.hash).toBe("#/documents/doc-0005"));
  await waitFor(() => expect(screen.getByTestId("tab-files").getAttribute("aria-selected")).toBe("false"));
});

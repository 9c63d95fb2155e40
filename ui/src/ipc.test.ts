import { expect, it, vi } from "vitest";
import { host, isCancelled, subscribe, toUiError } from "./ipc";
import { FakeHost, uiError } from "./testing/fakeHost";

it("an error of the host passes unchanged, even with a code this program does not know", () => {
  const error = uiError("future.code", { a: "1" }, true);
  expect(toUiError(error)).toEqual(error);
});

it("anything else becomes a general error that keeps the detail", () => {
  expect(toUiError(new Error("boom"))).toEqual(uiError("app.unexpected", { detail: "boom" }));
  expect(toUiError("text")).toEqual(uiError("app.unexpected", { detail: "text" }));
});

it("commands reject with a UiError", async () => {
  new FakeHost().fail("outbox", uiError("store.damaged")).install();
  await expect(host.outbox()).rejects.toEqual(uiError("store.damaged"));
});

it("cancelling is recognised whoever reports it", () => {
  expect(isCancelled(uiError("app.cancelled"))).toBe(true);
  expect(isCancelled(uiError("cancelled"))).toBe(true);
  expect(isCancelled(uiError("order.cancelled-by-portal"))).toBe(false);
});

it("an ended subscription hears nothing more", async () => {
  const fake = new FakeHost().install();
  const heard = vi.fn();
  const end = subscribe("outbox-changed", heard);
  await Promise.resolve();
  await fake.emit("outbox-changed", null);
  expect(heard).toHaveBeenCalledTimes(1);
  end();
  await fake.emit("outbox-changed", null);
  expect(heard).toHaveBeenCalledTimes(1);
});

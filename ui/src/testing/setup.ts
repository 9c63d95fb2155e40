/** What jsdom lacks and the screens need: sizes, media queries, observers. */
import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeEach, vi } from "vitest";
import { i18n, setLanguage } from "../shared/i18n";

// A busy computer answers late, not wrongly.
configure({ asyncUtilTimeout: 5000 });

class Observer {
  observe() {}
  unobserve() {}
  disconnect() {}
}
vi.stubGlobal("ResizeObserver", Observer);
vi.stubGlobal("matchMedia", (query: string) => ({
  matches: query.includes("min-width"), media: query, onchange: null, addEventListener() {}, removeEventListener() {}, addListener() {}, removeListener() {},
  dispatchEvent: () => false,
}));
Object.defineProperty(Element.prototype, "clientHeight", { configurable: true, get: () => 600 });
Object.defineProperty(Element.prototype, "clientWidth", { configurable: true, get: () => 1000 });
HTMLElement.prototype.scrollIntoView = () => {};
Element.prototype.scrollTo = function scrollTo(this: Element, options?: ScrollToOptions | number, y?: number) {
  this.scrollTop = typeof options === "object" ? (options.top ?? 0) : (y ?? 0);
  this.dispatchEvent(new Event("scroll"));
} as typeof Element.prototype.scrollTo;

beforeEach(() => {
  setLanguage("ru");
  window.location.hash = "";
});

afterEach(() => {
  cleanup();
  if (i18n.language !== "ru") setLanguage("ru");
  vi.useRealTimers();
});

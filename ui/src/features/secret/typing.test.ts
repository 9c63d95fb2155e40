import { expect, it } from "vitest";
import { hasCyrillic, lengthOf, strengthOf } from "./typing";

it("Russian letters are noticed, digits and Latin are not", () => {
  expect(hasCyrillic("12ф4")).toBe(true);
  expect(hasCyrillic("1234abc!")).toBe(false);
});

it("characters are counted as people count them", () => {
  expect(lengthOf("🔑ключ")).toBe(5);
});

it.each([
  ["1234567", "short"],
  ["aaaaaaaaaaaaaaaaaaaaaaaa", "weak"],
  ["password", "weak"],
  ["Kab1net-2026", "fair"],
  ["чайник стоит у окна", "fair"],
  ["зелёный чайник стоит у окна", "strong"],
])("%s is %s", (value, strength) => {
  expect(strengthOf(value, 8)).toBe(strength);
});

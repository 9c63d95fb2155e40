import { expect, it } from "vitest";
import { marksOf, type Mark } from "./recoveryCode";

/** The code the tests of the host know too. */
const CODE = "01237-4567K-89ABE-CDEFY-GHJKN-MNPQ1-RSTVW";
const all = (mark: Mark) => Array.from({ length: 7 }, () => mark);
const wrong = (value: string) => marksOf(value).marks.flatMap((mark, index) => (mark === "wrong" ? [index + 1] : []));

it.each([
  CODE, CODE.toLowerCase(), CODE.replaceAll("-", ""), CODE.replaceAll("-", " — "), `  ${CODE.replaceAll("-", ".")}\n`,
  CODE.replace("0", "О").replace("1", "l").replace("B", "в").replace("C", "С").replace("E", "е").replace("3", "з"),
  CODE.replace("K", "К").replace("H", "н").replace("M", "М").replace("P", "р").replace("T", "Т").replace("Y", "у").replace("A", "А"),
])("reads %s", (written) => {
  expect(marksOf(written)).toEqual({ marks: all("right"), tooLong: false });
});

it("names the group with a wrong character, and no other", () => {
  for (let at = 0; at < CODE.length; at++) {
    if (CODE[at] === "-") continue;
    const other = CODE[at] === "7" ? "8" : "7";
    expect(wrong(CODE.slice(0, at) + other + CODE.slice(at + 1)), CODE[at]).toEqual([Math.floor(at / 6) + 1]);
  }
  expect(wrong(CODE.replace("Q", "Ж"))).toEqual([6]);
});

it("names exchanged groups, and a group that is too short or too long where they are kept apart", () => {
  expect(wrong("4567K-01237-89ABE-CDEFY-GHJKN-MNPQ1-RSTVW")).toEqual([1, 2]);
  expect(wrong(CODE.replace("9A", "9"))).toEqual([3]);
  expect(wrong(CODE.replace("9A", "99A"))).toEqual([3]);
});

it("does not complain of what is still being typed", () => {
  expect(marksOf("").marks).toEqual(all("empty"));
  expect(marksOf("01237-456").marks).toEqual(["right", "begun", ...all("empty").slice(2)]);
  expect(marksOf("0123745").marks).toEqual(["right", "begun", ...all("empty").slice(2)]);
  expect(marksOf(`${CODE}-0`).tooLong).toBe(true);
});

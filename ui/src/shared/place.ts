/**
 * Where the person was, for the time the program is locked: the address stays by itself, this keeps how far each part was scrolled
 * and which tab was open. Only names and numbers of the window are kept, nothing the vault holds.
 */
import { useCallback, useEffect, useRef, useState } from "react";

/** A part of the window whose scrolling is kept carries its name in this attribute. */
const SCROLLED = "data-keep-scroll";
/** How long content may take to arrive and grow to where it was. */
const PATIENCE_MS = 5000;

type Place = { fragment: string; scrolled: Map<string, number>; chosen: Map<string, unknown> };

const choices = new Map<string, () => unknown>();
let kept: Place | null = null;

const parts = () => [...document.querySelectorAll(`[${SCROLLED}]`)];
const nameOf = (part: Element) => part.getAttribute(SCROLLED) ?? "";

/** Remembers the place; called just before the window shows that it is locked. */
export function keepPlace() {
  const scrolled = parts().filter((part) => part.scrollTop > 0);
  kept = {
    fragment: window.location.hash,
    scrolled: new Map(scrolled.map((part) => [nameOf(part), part.scrollTop])),
    chosen: new Map([...choices].map(([name, read]) => [name, read()])),
  };
}

/** Forgets it: the person has gone somewhere else. */
export function forgetPlace() {
  kept = null;
}

const here = () => (kept?.fragment === window.location.hash ? kept : null);

/** A state that is the same after the program was locked and unlocked at the same place. */
export function useKeptState<T>(name: string, initial: T | (() => T)): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => {
    const place = here();
    if (place?.chosen.has(name)) return place.chosen.get(name) as T;
    return typeof initial === "function" ? (initial as () => T)() : initial;
  });
  const latest = useRef(value);
  latest.current = value;
  useEffect(() => {
    const read = () => latest.current;
    choices.set(name, read);
    return () => {
      if (choices.get(name) === read) choices.delete(name);
    };
  }, [name]);
  return [value, useCallback((next: T) => setValue(next), [])];
}

/** Takes the window back to where it was scrolled, as soon as there is enough of it; whatever the person does ends the attempt. */
export function useReturn() {
  useEffect(() => {
    const left = new Map(here()?.scrolled);
    const end = Date.now() + PATIENCE_MS;
    let frame = 0;
    const stop = () => {
      cancelAnimationFrame(frame);
      left.clear();
    };
    const step = () => {
      for (const [name, top] of left) {
        const part = parts().find((candidate) => nameOf(candidate) === name);
        if (!part) continue;
        part.scrollTop = top;
        // Rounded on scaled screens.
        if (Math.abs(part.scrollTop - top) < 2) left.delete(name);
      }
      if (left.size > 0 && Date.now() < end) frame = requestAnimationFrame(step);
    };
    step();
    const ends = ["pointerdown", "wheel", "keydown"] as const;
    for (const name of ends) window.addEventListener(name, stop, { capture: true, passive: true });
    window.addEventListener("hashchange", forgetPlace);
    return () => {
      stop();
      for (const name of ends) window.removeEventListener(name, stop, { capture: true });
      window.removeEventListener("hashchange", forgetPlace);
    };
  }, []);
}

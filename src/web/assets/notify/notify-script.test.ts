import { expect, test } from "vitest";
import { readNotifyScript } from "./notify-script.ts";

// Plain JavaScript, loaded as the browser would.
const { newOnes } = await import(new URL("./notify.js", import.meta.url).href);

test("N87: a browser shows each notification once, oldest first, and none of the first answer", () => {
  const first = newOnes([{ id: "b" }, { id: "a" }], null);
  expect(first.shown).toEqual([]);
  const second = newOnes([{ id: "d" }, { id: "c" }, { id: "b" }], first.remembered);
  expect(second.shown).toEqual([{ id: "c" }, { id: "d" }]);
  expect(newOnes([{ id: "d" }, { id: "c" }], second.remembered).shown).toEqual([]);
  expect(newOnes([{ id: "d" }], "{broken").shown).toEqual([]);
});

test("N87: the script of notifications is one file without imports", () => {
  const script = readNotifyScript();
  expect(script).not.toMatch(/^(?:import|export) /m);
  expect(script).toContain("function newOnes");
});

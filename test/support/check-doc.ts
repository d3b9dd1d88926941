// Documents that are printed from code: compared in tests, written with UPDATE_DOCS=1.

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

/** Fails when `docs/<name>` is not what the code prints; `UPDATE_DOCS=1 vitest run <test>` writes it instead. */
export async function checkDoc(name: string, printed: string): Promise<void> {
  const file = fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
  if (process.env["UPDATE_DOCS"] === "1") await writeFile(file, printed);
  expect(await readFile(file, "utf8"), `docs/${name} is out of date: run the test with UPDATE_DOCS=1`).toBe(
    printed,
  );
}

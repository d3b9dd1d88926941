// Thresholds have one home (invariant 8): what the schema gives as a default is written nowhere else in the program.

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { configSchema } from "./schema.ts";

const SOURCE = fileURLToPath(new URL("..", import.meta.url));

/** Sections whose numbers the program acts on or shows, and the default port. */
const { refresh, freshness, thresholds, server } = configSchema.parse({});

/** The forms in which a number of that unit is written in code and texts. */
function forms(key: string, value: number): readonly string[] {
  const grouped = String(value).replace(/\B(?=(\d{3})+$)/g, "_");
  const ms = (unitMs: number) => String(value * unitMs).replace(/\B(?=(\d{3})+$)/g, "_");
  if (key.endsWith("_ms") || key === "port") return [`${value}`, grouped];
  if (key.endsWith("_s")) return [`${value} s`, `${value} seconds`, ms(1_000)];
  if (key.endsWith("_hours")) return [`${value} h`, `${value} hours`];
  if (key.endsWith("_percent")) return [`${value} %`];
  return [];
}

/** The program without its comments, examples and tests. */
function sources(): readonly { readonly file: string; readonly lines: readonly string[] }[] {
  const files = globSync("**/*.ts", { cwd: SOURCE, exclude: ["**/*.test.ts", "config/schema.ts"] });
  return files.map((file) => {
    const text = readFileSync(join(SOURCE, file), "utf8").replace(/\/\*[\s\S]*?\*\//g, (comment) =>
      comment.replace(/[^\n]/g, ""),
    );
    return { file, lines: text.split("\n").map((line) => line.replace(/(^|\s)\/\/.*$/, "")) };
  });
}

/** An example of a command or a sentence shows some number; so does an example address. */
const EXAMPLE = /\bexamples?:|\bline: "tasks |--url /;

test.each(Object.entries({ ...refresh, ...freshness, ...thresholds, port: server.port }))(
  "Q3: the default of %s, %s, is written in the schema only",
  (key, value) => {
    const setAsProperty = new RegExp(`\\b${key}: -?[\\d_.]+\\b`);
    const written = forms(key, value).map((form) => new RegExp(`(?<![\\w.,-])${form}(?![\\w])`));
    const found = sources().flatMap(({ file, lines }) =>
      lines.flatMap((line, index) => {
        const isFound = [setAsProperty, ...written].some((pattern) => pattern.test(line));
        return isFound && !EXAMPLE.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [];
      }),
    );
    expect(found).toEqual([]);
  },
);

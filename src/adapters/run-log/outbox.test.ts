import { lstatSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/git-repository.ts";
import { dropStatement, keepStatement, readStatements, reserveOutbox } from "./outbox.ts";

const report = (text: string) =>
  ({ epoch: 2, proofHash: "h", statement: { kind: "report", text, atMs: 1 } }) as const;

it("R24: statements come back in the order in which they were made, once, with and without reserved space", async () => {
  const folder = temporaryFolder("outbox");
  reserveOutbox(() => folder);
  const inode = lstatSync(join(folder, "spare-1")).ino;
  const texts = Array.from({ length: 6 }, (_, index) => `part ${index}`);
  for (const [at, text] of texts.entries()) keepStatement(folder, report(text), at);
  const found = await readStatements(folder);
  expect(found.map(({ name: _, ...kept }) => kept)).toEqual(texts.map(report));
  expect(lstatSync(join(folder, found[0]?.name ?? "")).ino).toBe(inode);
  for (const { name } of found) dropStatement(folder, name);
  expect(await readStatements(folder)).toEqual([]);
  reserveOutbox(() => folder);
  expect(readdirSync(folder).sort()).toEqual(["spare-1", "spare-2", "spare-3", "spare-4"]);
});

it("R24: one that is cut off, foreign or a link is left alone", async () => {
  const folder = temporaryFolder("outbox");
  keepStatement(folder, report("cut"), 1);
  const [name = ""] = readdirSync(folder);
  truncateSync(join(folder, name), 20);
  writeFileSync(join(folder, "said-0000000000000002-1-1.json"), '{"epoch":1,"statement":{"kind":"shout"}}');
  symlinkSync(join(folder, name), join(folder, "said-0000000000000003-1-1.json"));
  keepStatement(folder, report("whole"), 4);
  expect((await readStatements(folder)).map(({ statement }) => statement)).toEqual([
    report("whole").statement,
  ]);
});

// Links that a repository could bring, in every place where something is written below it.

import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/git-repository.ts";
import { prepareProgram } from "../run-log/run-files.ts";
import { LOG, readOutputStart, writeOutputStart } from "../run-log/run-folder.ts";
import { readSnapshotFile } from "../snapshot-file/snapshot-file.ts";
import { prepareStateFolder } from "./state-folder.ts";
import { writeNewFiles } from "./write-new-files.ts";

const NOTE = { aside: "1:2", previous: 0, start: 7 };

describe("S26: a link in the place of", () => {
  it("the .gitignore of the state folder is replaced, and its target stays as it is", () => {
    const { root, target } = place();
    mkdirSync(join(root, ".tasks"));
    symlinkSync(target, join(root, ".tasks/.gitignore"));
    prepareStateFolder(join(root, ".tasks/task_manager"));
    expect(readFileSync(join(root, ".tasks/.gitignore"), "utf8")).toBe("*\n");
    expect(readFileSync(target, "utf8")).toBe("theirs");
  });

  it("the note of where a log begins is not written through, nor read", () => {
    const { root, target } = place();
    symlinkSync(target, join(root, `log.start.${process.pid}.new`));
    writeOutputStart(root, LOG, NOTE);
    expect(readFileSync(target, "utf8")).toBe("theirs");
    rmSync(join(root, "log.start"));
    writeFileSync(target, JSON.stringify(NOTE));
    symlinkSync(target, join(root, "log.start"));
    expect(readOutputStart(root, LOG)).toBeNull();
  });

  it("a snapshot file is not read", async () => {
    const { root, target } = place();
    symlinkSync(target, join(root, "task-manager-everyone.snapshot.json"));
    expect(await readSnapshotFile(root, "everyone")).toMatchObject({ kind: "unreadable" });
  });

  it("the program of workers is replaced", async () => {
    const { root, target } = place();
    const state = join(root, ".tasks/task_manager");
    mkdirSync(join(state, "bin"), { recursive: true });
    symlinkSync(target, join(state, "bin/tasks"));
    await prepareProgram(state, { node: "/node", nodeArguments: [], entry: "/main" });
    expect(lstatSync(join(state, "bin/tasks")).isFile()).toBe(true);
    expect(readFileSync(target, "utf8")).toBe("theirs");
  });

  it("a folder of a new tree: nothing is written behind it", async () => {
    const { root, outside } = place();
    symlinkSync(outside, join(root, "tasks"));
    const files = [{ path: "tasks/workstreams/a.md", text: "a" }];
    await expect(writeNewFiles(root, files)).rejects.toMatchObject({ code: "file_not_written" });
    expect(readdirSync(outside)).toEqual(["file"]);
  });
});

function place() {
  const root = temporaryFolder("links");
  const outside = temporaryFolder("outside");
  const target = join(outside, "file");
  writeFileSync(target, "theirs");
  return { root, outside, target };
}

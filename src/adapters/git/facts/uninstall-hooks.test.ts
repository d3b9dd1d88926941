import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../test/support/git-repository.ts";
import { asOrdinaryUser } from "../../../../test/support/ordinary-user.ts";
import { gitEnvironment, never, withCommit } from "../../../../test/support/task-worktrees.ts";
import { uninstallHooks } from "./uninstall-hooks.ts";

/** As the earlier version wrote it. */
const BLOCK = [
  "# tasks: begin (written by `tasks hooks install`; `tasks hooks uninstall` takes it out)",
  `[ "\${3-1}" = 0 ] || (trap '' HUP; tasks reconcile --from-hook --repo "$PWD" </dev/null >/dev/null 2>&1 &)`,
  "# tasks: end",
  "",
].join("\n");

describe("only our lines are removed", () => {
  test.each([
    "#!/bin/sh\nset -e\necho mine\nexit 0\n",
    "#!/usr/bin/env bash\n\n# no line feed at the end\necho mine",
    "#!/bin/sh\r\necho windows\r\n",
  ])("%j", async (script) => {
    const { root, file } = withHook(script.replace("\n", `\n${BLOCK}`));
    chmodSync(file, 0o750);
    expect(await uninstall(root)).toEqual([
      { name: "post-merge", path: ".git/hooks/post-merge", did: "taken_out", message: null },
      { name: "post-checkout", path: ".git/hooks/post-checkout", did: "unchanged", message: null },
    ]);
    expect(readFileSync(file, "utf8")).toBe(script);
    expect(lstatSync(file).mode & 0o777).toBe(0o750);
    expect(await didsIn(root)).toEqual(["unchanged", "unchanged"]);
  });

  test("a file that holds nothing else is deleted", async () => {
    const { root, file } = withHook(`#!/bin/sh\n${BLOCK}`);
    expect(await didsIn(root)).toEqual(["deleted", "unchanged"]);
    expect(existsSync(file)).toBe(false);
  });
});

test.each<[string, string | Buffer]>([
  ["of a person", "#!/bin/sh\necho mine\n"],
  ["that is a program", Buffer.concat([Buffer.from([0x7f, 0xff]), Buffer.from(BLOCK)])],
  ["that is huge", `${BLOCK}${"#".repeat(2 ** 21)}`],
])("a hook %s stays", async (_name, content) => {
  const { root, file } = withHook(content);
  expect(await didsIn(root)).toEqual(["unchanged", "unchanged"]);
  expect(readFileSync(file).equals(Buffer.from(content))).toBe(true);
});

test("the first of our lines without the last is refused", async () => {
  const { root } = withHook("#!/bin/sh\n# tasks: begin\necho mine\n");
  expect(await uninstall(root)).toMatchObject([
    { did: "refused", message: expect.stringContaining("not the last") },
    { did: "unchanged" },
  ]);
});

test("a hook that cannot be written stays whole, and says why", async () => {
  const script = `#!/bin/sh\n${BLOCK}echo mine\n`;
  const { root, file } = withHook(script);
  chmodSync(dirname(file), 0o555);
  await asOrdinaryUser(root, async () => {
    expect(await uninstall(root)).toMatchObject([
      { did: "refused", message: expect.stringContaining("permission denied") },
      { did: "unchanged" },
    ]);
  });
  chmodSync(dirname(file), 0o755);
  expect(readFileSync(file, "utf8")).toBe(script);
});

describe("where git takes its hooks from", () => {
  test("of a linked worktree: the repository's", async () => {
    const { root, git, file } = withHook(`#!/bin/sh\n${BLOCK}`);
    const linked = join(temporaryFolder(), "linked");
    git("worktree", "add", "--quiet", linked);
    expect((await didsIn(linked))[0]).toBe("deleted");
    expect([existsSync(file), existsSync(root)]).toEqual([false, true]);
  });

  test("a folder of the repository that was chosen", async () => {
    const { root, git } = withHook(`#!/bin/sh\n${BLOCK}`, ".githooks");
    git("config", "core.hooksPath", ".githooks");
    expect((await uninstall(root))[0]).toMatchObject({ path: ".githooks/post-merge", did: "deleted" });
  });

  test.each(["the path", "a link"])("%s of a folder outside the repository: it stays", async (how) => {
    const { root, git } = withCommit();
    const outside = temporaryFolder();
    writeFileSync(join(outside, "post-merge"), BLOCK);
    if (how === "a link") symlinkSync(outside, join(root, "hooks"));
    git("config", "core.hooksPath", how === "a link" ? "hooks" : outside);
    expect(await didsIn(root)).toEqual(["unchanged", "unchanged"]);
    expect(readFileSync(join(outside, "post-merge"), "utf8")).toBe(BLOCK);
  });

  test.each<[string, () => string]>([
    ["no repository", () => temporaryFolder()],
    [
      "a configuration that git cannot read",
      () => {
        const { root } = withCommit();
        writeFileSync(join(root, ".git/config"), "[broken\n");
        return root;
      },
    ],
  ])("%s: a sentence and a remedy", async (_name, make) => {
    await expect(uninstall(make())).rejects.toMatchObject({
      code: "repository_missing",
      hint: expect.stringMatching(/\S/),
    });
  });
});

function withHook(content: string | Buffer, folder = ".git/hooks") {
  const repository = withCommit();
  const file = join(repository.root, folder, "post-merge");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content, { mode: 0o755 });
  return { ...repository, file };
}

function uninstall(root: string) {
  return uninstallHooks({ root, env: gitEnvironment() }, never());
}

async function didsIn(root: string) {
  return (await uninstall(root)).map(({ did }) => did);
}

import { mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/git-repository.ts";
import { asOrdinaryUser } from "../../../test/support/ordinary-user.ts";
import { CAN_BE_A_STRANGER } from "../../../test/support/stranger.ts";
import { prepareUserFolder, userFolderProblem, userFolders } from "./user-folders.ts";

it.each([
  {
    name: "the XDG folders",
    env: { HOME: "/home/mia", XDG_CONFIG_HOME: "/c", XDG_STATE_HOME: "/s" },
    folders: { config: "/c/dataface-tasks", state: "/s/dataface-tasks" },
  },
  {
    name: "below the home folder where they are unset or relative",
    env: { HOME: "/home/mia", XDG_CONFIG_HOME: "", XDG_STATE_HOME: "here" },
    folders: {
      config: "/home/mia/.config/dataface-tasks",
      state: "/home/mia/.local/state/dataface-tasks",
    },
  },
  {
    name: "TASKS_HOME before both",
    env: { HOME: "/home/mia", XDG_CONFIG_HOME: "/c", TASKS_HOME: "/scratch" },
    folders: { config: "/scratch/config", state: "/scratch/state" },
  },
])("the user's own folders: $name", ({ env, folders }) => {
  expect(userFolders(env)).toEqual(folders);
});

it("makes a folder private to its user, and closes one that others could read", () => {
  const { config, state } = userFolders({ TASKS_HOME: join(temporaryFolder("own"), "home") });
  prepareUserFolder(config);
  mkdirSync(state, { mode: 0o755 });
  prepareUserFolder(state);
  expect([config, state].map((folder) => statSync(folder).mode & 0o777)).toEqual([0o700, 0o700]);
});

it("refuses a link in its place", () => {
  const home = temporaryFolder("own");
  const { config } = userFolders({ TASKS_HOME: home });
  symlinkSync(temporaryFolder("elsewhere"), config);
  expect(() => prepareUserFolder(config)).toThrow("is a link");
});

describe("T29: why a folder of the user's own cannot be used", () => {
  it.each<[string, string | null, (folder: string) => void]>([
    ["it is there", null, (folder) => mkdirSync(folder, { mode: 0o700 })],
    ["it is not there yet", null, () => {}],
    ["a link", "it is a link", (folder) => symlinkSync(temporaryFolder("elsewhere"), folder)],
    ["a file", "it is not a folder", (folder) => writeFileSync(folder, "")],
    ["read-only", "its user may not write to it", (folder) => mkdirSync(folder, { mode: 0o500 })],
  ])("%s: %s", async (_, problem, make) => {
    const home = temporaryFolder("own");
    const { state } = userFolders({ TASKS_HOME: home });
    make(state);
    expect(await asOrdinaryUser(home, () => userFolderProblem(state))).toBe(problem);
  });

  it("what it would be made in is a file, or may not be written in", async () => {
    const home = temporaryFolder("own");
    writeFileSync(join(home, "file"), "");
    expect(userFolderProblem(join(home, "file", "state"))).toMatch(/not a folder/);
    expect(userFolderProblem(join(home, "not", "yet", "there"))).toBeNull();
  });

  // Only root can become another user.
  it.runIf(CAN_BE_A_STRANGER)("another user's, as after a command with sudo", async () => {
    const problem = await asOrdinaryUser(temporaryFolder("own"), () => userFolderProblem("/root"));
    expect(problem).toBe("it belongs to another user");
  });
});

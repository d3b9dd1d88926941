import { mkdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/git-repository.ts";
import { ownFolders, prepareOwnFolder } from "./own-folders.ts";

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
  expect(ownFolders(env)).toEqual(folders);
});

it("makes a folder private to its user, and closes one that others could read", () => {
  const { config, state } = ownFolders({ TASKS_HOME: join(temporaryFolder("own"), "home") });
  prepareOwnFolder(config);
  mkdirSync(state, { mode: 0o755 });
  prepareOwnFolder(state);
  expect([config, state].map((folder) => statSync(folder).mode & 0o777)).toEqual([0o700, 0o700]);
});

it("refuses a link in its place", () => {
  const home = temporaryFolder("own");
  const { config } = ownFolders({ TASKS_HOME: home });
  symlinkSync(temporaryFolder("elsewhere"), config);
  expect(() => prepareOwnFolder(config)).toThrow("is a link");
});

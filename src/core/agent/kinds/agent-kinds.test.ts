import { describe, expect, test } from "vitest";
import { ABILITIES, canTakeOver, PERMISSIONS, type WorkerSettings } from "../contract/agent-kind.ts";
import { PERMISSIONS_DEFAULT } from "../workers/configured-workers.ts";
import { AGENT_KINDS, kindNamed } from "./agent-kinds.ts";
import { judgeWorker } from "./judge-worker.ts";
import { accessWords, isTestedVersion, permissionSentence } from "./worker-words.ts";

const WORKER: WorkerSettings = {
  name: "w",
  kind: "claude",
  program: null,
  command: [],
  model: null,
  args: [],
  permissions: "full",
  wrap: [],
  variables: {},
  selectable: false,
  account: null,
  fallback: [],
};

describe.each(AGENT_KINDS.map((kind) => [kind.name, kind] as const))("K8: kind %s", (name, kind) => {
  const worker = { ...WORKER, kind: name, command: name === "command" || name === "acp" ? ["agent"] : [] };

  test("is found by its name, and permits by default what settings without permissions get", () => {
    expect(kindNamed(name)).toBe(kind);
    expect(kind.permissionsDefault).toBe(PERMISSIONS_DEFAULT[name]);
    expect(judgeWorker({ ...worker, permissions: kind.permissionsDefault })).toBeNull();
  });

  test.each(PERMISSIONS)("says in sentences what %s permits, or refuses it before a start", (permissions) => {
    const mode = kind.permissions[permissions];
    expect(judgeWorker({ ...worker, permissions })).toBe("kind" in mode ? mode : null);
    expect(permissionSentence({ ...worker, permissions })).toMatch(/^\w.*\.$/);
  });

  test("asks exactly where it can: one that cannot refuses `ask`", () => {
    expect("kind" in kind.permissions.ask).toBe(!kind.abilities.ask.can);
  });

  test("K41: a person can open its sessions exactly where it has a command for that", () => {
    const opens = kind.takeOver("session-1", worker) !== null;
    expect(canTakeOver({ kind: name, isStarted: true })).toBe(opens);
    expect(canTakeOver({ kind: name, isStarted: false })).toBe(false);
  });

  test("says why, wherever it cannot do something", () => {
    for (const [ability, { can, note }] of Object.entries(kind.abilities))
      if (!can) expect(note, ability).toMatch(/\w/);
    expect(Object.keys(kind.abilities)).toEqual(Object.keys(ABILITIES));
  });
});

test.each([
  ["claude", "2.1.332", true],
  ["claude", "3.0.0", false],
  ["command", "anything", true],
])("K8: version %s %s was tested: %s", (kind, version, expected) => {
  expect(isTestedVersion(kind, version)).toBe(expected);
});

test.each([
  [{ wrap: ["docker"], permissions: "full" }, "wrapped"],
  [{ wrap: [], permissions: "full" }, "full access to this user"],
  [{ wrap: [], permissions: "edits" }, "limited by the agent itself"],
] as const)("K8: what stands between a worker and its user's files: %j", (worker, words) => {
  expect(accessWords(worker)).toBe(words);
});

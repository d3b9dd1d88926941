import { describe, expect, test } from "vitest";
import { UserError } from "../core/contract/user-error.ts";
import { isOwnOnly, trustIn } from "./guarded-settings.ts";
import { type ConfigInput, loadConfig } from "./load.ts";
import { findSetting, REPLACED_SETTINGS, SETTINGS, starterConfig } from "./settings.ts";

const load = (input: Partial<ConfigInput>) =>
  loadConfig({ fileText: null, environment: {}, flags: [], ...input });

async function refusal(input: Partial<ConfigInput>): Promise<UserError> {
  const outcome = await load(input).catch((error: unknown) => error);
  if (outcome instanceof UserError) return outcome;
  throw new Error(`expected a UserError, got ${JSON.stringify(outcome)}`);
}

describe("precedence", () => {
  const fileText = "server:\n  port: 3\n";
  const own = { name: "/home/me/config.yaml", text: "server:\n  port: 4\n" };
  const environment = { TASKS_SERVER_PORT: "2" };
  const flags = [{ key: "server.port", flag: "--port", text: "1" }];

  test.each<[string, Partial<ConfigInput>, number, object]>([
    ["default", {}, 8005, { kind: "default" }],
    ["J1: the repository's file over default", { fileText }, 3, { kind: "file" }],
    ["J1: own settings over the repository's", { fileText, own }, 4, { kind: "own", name: own.name }],
    [
      "J1: environment over own settings",
      { fileText, own, environment },
      2,
      { kind: "environment", name: "TASKS_SERVER_PORT" },
    ],
    ["flag over all", { fileText, own, environment, flags }, 1, { kind: "flag", name: "--port" }],
  ])("%s", async (_, input, port, origin) => {
    const { config, origins } = await load(input);
    expect(config.server.port).toBe(port);
    expect(origins.get("server.port")).toEqual(origin);
  });

  test("a value of one source leaves the other keys of its section to the others", async () => {
    const { config } = await load({
      fileText: "page:\n  rows: 5\n",
      environment: { TASKS_PAGE_REFRESH_S: "7" },
    });
    expect(config.page).toEqual({ rows: 5, refresh_s: 7 });
  });

  test("TASK_MANAGER_OWNER names the owner, before TASKS_OWNER", async () => {
    const environment = { TASKS_OWNER: "rj", TASK_MANAGER_OWNER: "dave" };
    const { config, origins } = await load({ environment });
    expect(config.owner).toBe("dave");
    expect(origins.get("owner")).toEqual({ kind: "environment", name: "TASK_MANAGER_OWNER" });
  });
});

describe("what a file may look like", () => {
  test.each([
    ["empty", ""],
    ["comments only", "# thresholds:\n#   pickup_overdue_hours: 3\n"],
    ["a section with everything commented out", "thresholds:\n  # pickup_overdue_hours: 3\n"],
    ["a key without a value", "owner:\nserver:\n  port:\n"],
    ["a byte order mark and CRLF", "\uFEFFpage:\r\n  rows: 25\r\n"],
  ])("%s gives the defaults", async (_, fileText) => {
    const { config } = await load({ fileText });
    expect(config).toEqual((await load({})).config);
  });
});

describe("C5: what is wrong is named with its place, what it needs and the nearest right name", () => {
  test.each<[string, Partial<ConfigInput>, string]>([
    [
      "unknown key",
      { fileText: "# mine\nthresholds:\n  pickup_overdue_hour: 3\n" },
      'tasks/config.yaml:3: "thresholds.pickup_overdue_hour" is not a setting. Did you mean thresholds.pickup_overdue_hours?',
    ],
    [
      "J1: own settings by their own name",
      {
        fileText: "# theirs\n",
        own: { name: "/home/me/.config/dataface-tasks/config.yaml", text: "page:\n  row: 3\n" },
      },
      '/home/me/.config/dataface-tasks/config.yaml:2: "page.row" is not a setting. Did you mean page.rows?',
    ],
    [
      "J1: own settings that are not YAML",
      { own: { name: "/home/me/config.yaml", text: "page: [\n" } },
      "/home/me/config.yaml:2: this is not YAML",
    ],
    ["unknown section", { fileText: "colour: red\n" }, 'tasks/config.yaml:1: "colour" is not a setting.'],
    [
      "wrong type in the file",
      { fileText: "server: { port: eighty }\n" },
      'tasks/config.yaml:1: "server.port" is "eighty"; it needs a whole number from 0 to 65535.',
    ],
    [
      "out of range in the environment",
      { environment: { TASKS_PAGE_ROWS: "201" } },
      "The environment variable TASKS_PAGE_ROWS is 201; it needs a whole number from 1 to 200.",
    ],
    [
      "not a choice",
      { environment: { TASKS_WATCH: "never" } },
      'The environment variable TASKS_WATCH is "never"; it needs one of auto, polling.',
    ],
    [
      "a flag",
      { flags: [{ key: "refresh.wait_ms", flag: "--refresh-wait", text: "40000" }] },
      "--refresh-wait is 40000; it needs a whole number from 0 to 30000.",
    ],
    ["a section that is a value", { fileText: "cycle: 3\n" }, '"cycle" needs keys below it'],
    ["a value that is a section", { fileText: "watch:\n  mode: auto\n" }, '"watch" is a group of keys'],
    ["not YAML", { fileText: "page:\n  rows: [1\n" }, "tasks/config.yaml:3: this is not YAML"],
    ["a list", { fileText: "- page\n" }, 'tasks/config.yaml:1: settings are "key: value" lines'],
    [
      "a slip in a variable's name",
      { environment: { TASKS_SERVER_PROT: "1" } },
      "Did you mean TASKS_SERVER_PORT?",
    ],
    [
      "S14: a key that would reach a prototype",
      { fileText: "__proto__:\n  rows: 1\n" },
      '"__proto__" is not a',
    ],
  ])("%s", async (_, input, expected) => {
    const error = await refusal(input);
    expect(error.message).toContain(expected);
    expect(error).toMatchObject({ code: "config_invalid", exitCode: 2 });
    expect(error.hint).not.toBe("");
  });

  test("every error is reported at once", async () => {
    const error = await refusal({ fileText: "a: 1\nb: 2\n", environment: { TASKS_PAGE_ROWS: "x" } });
    expect(error.message.split("\n")).toHaveLength(3);
  });

  test("a foreign TASKS_ variable and an empty one are left alone", async () => {
    const environment = { TASKS_BACKEND_SECRET: "1", TASKS_PAGE_ROWS: "" };
    expect((await load({ environment })).config).toEqual((await load({})).config);
  });
});

describe("a setting that another one has replaced", () => {
  const key = "refresh.min_interval_ms";
  const fileText = "refresh:\n  min_interval_ms: 50\n  wait_ms: 7\n";
  const own = { name: "/home/me/config.yaml", text: fileText };
  const environment = { TASKS_REFRESH_MIN_INTERVAL_MS: "50" };

  test.each<[string, Partial<ConfigInput>, object]>([
    ["the repository's file", { fileText }, { kind: "file" }],
    ["own settings", { own }, { kind: "own", name: own.name }],
    ["the environment", { environment }, { kind: "environment", name: "TASKS_REFRESH_MIN_INTERVAL_MS" }],
  ])("from %s it is accepted, changes nothing, and the new setting is named", async (_, input, origin) => {
    const { config, replaced } = await load(input);
    expect(config.refresh).toEqual({ wait_ms: "environment" in input ? 1500 : 7, max_cpu_percent: 20 });
    expect(replaced).toEqual([
      { setting: expect.objectContaining({ key, by: "refresh.max_cpu_percent" }), origin },
    ]);
  });

  test("without one nothing is reported", async () => {
    const { replaced } = await load({
      fileText: "refresh:\n  wait_ms: 7\n",
      environment: { TASKS_REFRESH_MIN_INTERVAL_MS: "" },
    });
    expect(replaced).toEqual([]);
  });

  test("each is none any more, and what replaces it is one", () => {
    for (const setting of REPLACED_SETTINGS) {
      expect([setting.key, findSetting(setting.key)]).toEqual([setting.key, undefined]);
      expect([setting.by, findSetting(setting.by)?.key]).toEqual([setting.by, setting.by]);
    }
  });
});

test("every setting has a variable, a description and a default that it accepts", () => {
  for (const { key, variables, description, schema, fallback } of SETTINGS) {
    expect([key, variables.at(-1)]).toEqual([key, `TASKS_${key.replaceAll(".", "_").toUpperCase()}`]);
    expect(description, key).not.toBe("");
    expect(schema.safeParse(fallback).success, key).toBe(true);
  }
});

describe("the settings file that init writes", () => {
  test("changes nothing as it is", async () => {
    const { config, origins } = await load({ fileText: starterConfig() });
    expect(config).toEqual((await load({})).config);
    expect([...origins.values()].every(({ kind }) => kind === "default")).toBe(true);
  });

  test("with every comment mark taken away it is valid, and says the defaults", async () => {
    const text = starterConfig().split("\n").slice(3).join("\n").replaceAll(/^# /gm, "");
    const { guarded } = await load({ fileText: text });
    const { config, origins } = await load({ fileText: text, trust: trustIn(guarded) });
    expect(config).toEqual((await load({})).config);
    expect([...origins].filter(([, { kind }]) => kind === "default")).toEqual([
      ["owner", { kind: "default" }],
      ["workers.default", { kind: "default" }],
      ...[
        ...["dispatch.at", "dispatch.max_in_review", "limits.hand_over_after"],
        ...[
          "budget.run_usd",
          "budget.run_tokens",
          "budget.run_minutes",
          "budget.run_tools",
          "budget.day_usd",
        ],
        ...SETTINGS.flatMap(({ key }) => (isOwnOnly(key) ? [key] : [])),
        "github.repository",
      ].map((key) => [key, { kind: "default" }]),
      ["worktree.base", { kind: "default" }],
    ]);
  });
});

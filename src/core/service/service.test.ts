import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rounds } from "../../../test/support/rounds.ts";
import { launchAgent } from "./launch-agent.ts";
import { type Service, serviceName, serviceProblem, titleLine } from "./service.ts";
import { systemdUnit } from "./systemd-unit.ts";

const SERVICE: Service = {
  name: "dataface-tasks-app-1a2b3c4d",
  title: "app",
  command: ["/usr/bin/node", "/opt/tasks/bin/tasks.js", "serve", "--repo", "/home/mia/app"],
  environment: { PATH: "/usr/bin:/home/mia/.local/bin" },
};

describe("N63: the unit of a service", () => {
  test("starts the server again, and leaves workers alone", () => {
    expect(systemdUnit(SERVICE)).toMatchInlineSnapshot(`
      "# Written by \`tasks service install\`; \`tasks service remove\` removes it.
      [Unit]
      Description=Dataface Tasks: app
      # It is started again for as long as it takes: a full disk or a missing folder may last hours.
      StartLimitIntervalSec=0

      [Service]
      ExecStart="/usr/bin/node" "/opt/tasks/bin/tasks.js" "serve" "--repo" "/home/mia/app"
      Environment="PATH=/usr/bin:/home/mia/.local/bin"
      Restart=always
      RestartSec=2
      # systemd 254 and newer: up to two minutes between starts.
      RestartSteps=6
      RestartMaxDelaySec=120
      # Workers are processes of their own: they work on while the unit is restarted, stopped or replaced.
      KillMode=process
      # A worker that the kernel ends for want of memory ends nothing else.
      OOMPolicy=continue

      [Install]
      WantedBy=default.target
      "
    `);
  });

  test("whatever is in the paths, systemd reads back the same command and variables", () => {
    fc.assert(
      fc.property(service(), (odd) => {
        const lines = systemdUnit(odd).split("\n");
        const settingOf = (key: string) =>
          lines.find((line) => line.startsWith(`${key}=`))?.slice(key.length + 1) ?? "";
        expect(readWords(settingOf("ExecStart"))).toEqual(odd.command);
        expect(readWords(settingOf("Environment"))).toEqual([`PATH=${odd.environment["PATH"]}`]);
        // Nothing that was put in begins a line of its own, or continues one.
        expect(lines).toHaveLength(systemdUnit(SERVICE).split("\n").length);
        expect(lines.filter((line) => line.endsWith("\\"))).toEqual([]);
      }),
      { numRuns: rounds({ short: 300, full: 10_000 }) },
    );
  });
});

describe("N63: the agent of a service", () => {
  test("is kept alive by launchd", () => {
    expect(launchAgent(SERVICE, "/Users/mia/Library/Logs/x.log")).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
      <!-- Dataface Tasks: app. Written by "tasks service install"; "tasks service remove" removes it. -->
      <plist version="1.0">
      <dict>
        <key>Label</key><string>dataface-tasks-app-1a2b3c4d</string>
        <key>ProgramArguments</key>
        <array>
          <string>/usr/bin/node</string>
          <string>/opt/tasks/bin/tasks.js</string>
          <string>serve</string>
          <string>--repo</string>
          <string>/home/mia/app</string>
        </array>
        <key>EnvironmentVariables</key>
        <dict>
          <key>PATH</key><string>/usr/bin:/home/mia/.local/bin</string>
        </dict>
        <key>RunAtLoad</key><true/>
        <key>KeepAlive</key><true/>
        <key>ThrottleInterval</key><integer>10</integer>
        <key>AbandonProcessGroup</key><true/>
        <key>StandardOutPath</key><string>/Users/mia/Library/Logs/x.log</string>
        <key>StandardErrorPath</key><string>/Users/mia/Library/Logs/x.log</string>
      </dict>
      </plist>
      "
    `);
  });

  test("whatever is in the paths, XML reads back the same texts", () => {
    fc.assert(
      fc.property(service(), (odd) => {
        const text = launchAgent(odd, "/log");
        const strings = [...text.matchAll(/<string>([^<>]*)<\/string>/g)].map(([, inner = ""]) =>
          readXml(inner),
        );
        expect(strings).toEqual([odd.name, ...odd.command, odd.environment["PATH"], "/log", "/log"]);
        const comments = text.split("\n").filter((line) => line.startsWith("<!--"));
        expect(comments).toHaveLength(1);
        expect(comments[0]?.slice("<!--".length, -"-->".length)).not.toMatch(/--|[<>&]/);
      }),
      { numRuns: rounds({ short: 300, full: 10_000 }) },
    );
  });
});

describe("N63: what a service is called", () => {
  test.each([
    ["app", "dataface-tasks-app-1a2b"],
    ["My App (v2)", "dataface-tasks-my-app-v2-1a2b"],
    ["приложение", "dataface-tasks-1a2b"],
    ["../../etc", "dataface-tasks-etc-1a2b"],
    ["x".repeat(200), `dataface-tasks-${"x".repeat(40)}-1a2b`],
  ])("%s", (repository, expected) => {
    expect(serviceName(repository, "1a2b")).toBe(expected);
  });

  test("a title cannot end its line", () => {
    expect(titleLine({ title: "a\nExecStart=/bin/sh \\" })).toBe("Dataface Tasks: a ExecStart=/bin/sh");
  });
});

test("N63: what a unit or a plist cannot hold is refused before anything is written", () => {
  const odd = (changes: Partial<Service>) => serviceProblem({ ...SERVICE, ...changes })?.message ?? null;
  expect(odd({})).toBeNull();
  expect(odd({ command: ['/opt/no"de', "serve"] })).toContain("cannot be given");
  expect(odd({ command: ["/usr/bin/node", "/a\nExecStart=/bin/sh"] })).toContain("cannot be given");
  expect(odd({ environment: { PATH: "/a\u0000b" } })).toContain("cannot be given");
});

const ODD = [
  "$",
  "$" + "{HOME}",
  "%h",
  "%",
  "'",
  '"',
  "\\",
  " ",
  ";",
  "<",
  "&amp;",
  "]]>",
  "--",
  "é",
  "🙂",
  "#",
  "=",
  "a",
  "/",
];

function service(): fc.Arbitrary<Service> {
  const odd = fc.array(fc.constantFrom(...ODD), { maxLength: 8 }).map((parts) => `/${parts.join("")}`);
  return fc
    .tuple(odd, fc.array(odd, { maxLength: 4 }), odd)
    .map(
      ([program, words, path]): Service => ({
        ...SERVICE,
        title: path,
        command: [program, ...words],
        environment: { PATH: path },
      }),
    )
    .filter((made) => serviceProblem(made) === null);
}

/** As systemd.syntax(7) and systemd.service(5) say; every word of ours is in quotes. */
function readWords(line: string): readonly string[] {
  const words = [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, inner = ""]) =>
    inner.replace(/\\(.)/g, "$1"),
  );
  expect(line.replace(/"(?:[^"\\]|\\.)*"/g, "").trim()).toBe("");
  return words.map((word, index) => {
    const plain = word.replace(/%(.)/g, (_, next) => (next === "%" ? "%" : "WRONG"));
    const isArgument = index > 0;
    return isArgument ? plain.replace(/\$(.?)/g, (_, next) => (next === "$" ? "$" : "WRONG")) : plain;
  });
}

const readXml = (text: string): string =>
  text.replace(/&(amp|lt|gt);/g, (_, name) => ({ amp: "&", lt: "<", gt: ">" })[String(name)] ?? "");

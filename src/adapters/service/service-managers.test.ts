// Services, with programs that stand in for systemctl, loginctl and launchctl and note how they were called.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Service } from "../../core/service/service.ts";
import type { CommandRequest, CommandResult } from "../../ports/system/run-command.ts";
import type { ServiceManager } from "../../ports/system/service-manager.ts";
import { findServiceManager, nameService } from "./service-managers.ts";

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

const SERVICE: Service = {
  name: "dataface-tasks-app-1a2b3c4d",
  title: "app",
  command: ["/usr/bin/node", "/opt/tasks.js", "serve"],
  environment: { PATH: "/usr/bin" },
};

type Answer = Partial<Pick<CommandResult, "ok" | "stdout" | "message">>;

function play(platform: NodeJS.Platform, answers: Readonly<Record<string, Answer>> = {}) {
  const home = mkdtempSync(join(tmpdir(), "tasks-service-"));
  cleanUps.push(() => rmSync(home, { recursive: true }));
  const calls: string[] = [];
  const environments: CommandRequest["env"][] = [];
  const run = async ({ program, args, env }: CommandRequest): Promise<CommandResult> => {
    const line = [program, ...args].join(" ");
    calls.push(line);
    environments.push(env);
    const found = Object.entries(answers).find(([lead]) => line.startsWith(lead))?.[1] ?? {};
    const ended = { ending: "exited", exitCode: 0, signalName: null, stderr: "", durationMs: 1 } as const;
    return { ...ended, ok: true, stdout: "", message: "", ...found };
  };
  const environment = { PATH: "/usr/bin", ANTHROPIC_API_KEY: "secret", XDG_RUNTIME_DIR: "/run/user/7" };
  const open = async (): Promise<ServiceManager> => {
    const own = { home, user: "mia", uid: 7, stateFolder: join(home, "state") };
    const found = await findServiceManager({ ...own, platform, environment, run });
    if (found.kind === "refused") throw new Error(found.message);
    calls.length = 0;
    return found;
  };
  return { home, calls, environments, open };
}

const UNIT = `${SERVICE.name}.service`;

describe("N64: systemd", () => {
  test("a service is written, enabled and started; removing it undoes exactly that", async () => {
    const { home, calls, environments, open } = play("linux");
    const manager = await open();
    const folder = join(home, ".config/systemd/user");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "another.service"), "of another program");
    await manager.install(SERVICE);
    expect(readFileSync(join(folder, UNIT), "utf8")).toContain(
      'ExecStart="/usr/bin/node" "/opt/tasks.js" "serve"',
    );
    expect(await manager.remove(SERVICE.name)).toBe(true);
    expect(existsSync(join(folder, UNIT))).toBe(false);
    expect(existsSync(join(folder, "another.service"))).toBe(true);
    expect(calls).toEqual([
      "systemctl --user daemon-reload",
      `systemctl --user enable ${UNIT}`,
      `systemctl --user restart ${UNIT}`,
      `systemctl --user disable --now ${UNIT}`,
      "systemctl --user daemon-reload",
      `systemctl --user reset-failed ${UNIT}`,
    ]);
    expect(JSON.stringify(environments)).not.toContain("secret");
    calls.length = 0;
    expect([await manager.remove(SERVICE.name), calls]).toEqual([false, []]);
  });

  test("lingering is switched off with the last service, if it was switched on for them", async () => {
    const { calls, open } = play("linux");
    const manager = await open();
    const second = { ...SERVICE, name: "dataface-tasks-docs-5e6f7a8b" };
    await manager.install(SERVICE);
    expect(await manager.enableLinger()).toBeNull();
    await manager.install(second);
    await manager.remove(SERVICE.name);
    expect(calls).toContain("loginctl enable-linger -- mia");
    expect(calls).not.toContain("loginctl disable-linger -- mia");
    await manager.remove(second.name);
    expect(calls.at(-1)).toBe("loginctl disable-linger -- mia");
    calls.length = 0;
    await manager.install(SERVICE);
    await manager.remove(SERVICE.name);
    expect(calls.join("\n")).not.toContain("linger");
  });

  test("its state is read in words and times", async () => {
    const { home, open } = play("linux", {
      "systemctl --user show dataface": {
        stdout: "ActiveState=active\nSubState=running\nStateChangeTimestamp=Tue 2026-12-01 01:20:33 UTC\n",
      },
      "loginctl show-user": { stdout: "Linger=no\n" },
    });
    expect(await (await open()).look(SERVICE.name)).toEqual({
      file: join(home, ".config/systemd/user", UNIT),
      isInstalled: false,
      isRunning: true,
      state: "active (running)",
      sinceMs: Date.UTC(2026, 11, 1, 1, 20, 33),
      lingers: false,
      logCommand: `journalctl --user --unit ${SERVICE.name} --follow`,
    });
  });

  test("what it refuses is said, and can be undone", async () => {
    const message = "systemctl failed with exit code 1: Access denied.";
    const { open } = play("linux", { "systemctl --user enable": { ok: false, message } });
    const manager = await open();
    await expect(manager.install(SERVICE)).rejects.toThrow(`systemd refused: ${message}`);
    expect(await manager.remove(SERVICE.name)).toBe(true);
  });

  test("lingering that may not be switched on is no failure", async () => {
    const message = "loginctl failed with exit code 1: Interactive authentication required.";
    const { calls, open } = play("linux", { "loginctl enable-linger": { ok: false, message } });
    const manager = await open();
    await manager.install(SERVICE);
    expect(await manager.enableLinger()).toBe(message);
    await manager.remove(SERVICE.name);
    expect(calls.join("\n")).not.toContain("disable-linger");
  });
});

test("N64: launchd loads the agent of a service, and unloads it", async () => {
  const { home, calls, open } = play("darwin", {
    "launchctl print": { stdout: "gui/7/x = {\n\tactive count = 1\n\tstate = running\n" },
  });
  const manager = await open();
  await manager.install(SERVICE);
  const file = join(home, "Library/LaunchAgents", `${SERVICE.name}.plist`);
  expect(await manager.look(SERVICE.name)).toMatchObject({
    file,
    isInstalled: true,
    isRunning: true,
    state: "running",
  });
  expect(await manager.remove(SERVICE.name)).toBe(true);
  expect(existsSync(file)).toBe(false);
  expect(calls).toEqual([
    `launchctl bootout gui/7/${SERVICE.name}`,
    `launchctl bootstrap gui/7 ${file}`,
    `launchctl print gui/7/${SERVICE.name}`,
    `launchctl bootout gui/7/${SERVICE.name}`,
  ]);
});

describe("N64: without a service manager it is refused, with another way", () => {
  const message = "systemctl could not be started: no such program.";

  test.each<[NodeJS.Platform, string]>([
    ["linux", message],
    ["win32", "On win32 there is none."],
  ])("on %s", async (platform, why) => {
    const { open } = play(platform, { systemctl: { ok: false, message } });
    await expect(open()).rejects.toThrow(why);
  });
});

test("N64: two folders of one name have two services", () => {
  expect(nameService("/home/mia/app")).not.toBe(nameService("/home/mia/old/app"));
  expect(nameService("/home/mia/app")).toMatch(/^dataface-tasks-app-[0-9a-f]{8}$/);
});

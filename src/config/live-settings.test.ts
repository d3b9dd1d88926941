import { describe, expect, test } from "vitest";
import { UserError } from "../core/contract/user-error.ts";
import type { SettingsFiles, TrustRecord } from "../ports/tree/settings-files.ts";
import { trustIn } from "./guarded-settings.ts";
import { openSettings } from "./live-settings.ts";

const FILE = "worker:\n  command: [agent]\n";
const COMMAND = { key: "worker.command", value: ["agent"] };

function playedFiles(text: string | null, trust: TrustRecord | null = null) {
  const played = { text, trust, isUnreadable: false, changes: 0, reads: 0 };
  const files: SettingsFiles = {
    stamp: () => String(played.changes),
    readRepository: () => {
      played.reads += 1;
      if (played.isUnreadable) throw new UserError({ code: "config_invalid", message: "no", hint: "" });
      return { name: "tasks/config.yaml", text: played.text };
    },
    readOwn: () => ({ name: "/own", text: null }),
    readTrust: () => played.trust,
    writeTrust: async () => {},
    removeTrust: async () => {},
  };
  const change = (what: Partial<typeof played>): void => {
    Object.assign(played, what);
    played.changes += 1;
  };
  return { files, played, change };
}

const open = (files: SettingsFiles) => openSettings(files, { environment: {}, flags: [] });

describe("J13: settings as they are at each moment", () => {
  test("nothing is read while nothing changes", async () => {
    const { files, played } = playedFiles(FILE);
    const settings = await open(files);
    expect(settings.now()).toBe(settings.atStart);
    expect(settings.now()).toBe(settings.now());
    expect(played.reads).toBe(1);
  });

  test("trust that was given, a value that was changed, trust that was taken back", async () => {
    const { files, change } = playedFiles(FILE);
    const settings = await open(files);
    const command = () => settings.now().config.worker.command;
    expect(command()).toEqual([]);
    change({ trust: trustIn([COMMAND]) });
    expect(command()).toEqual(["agent"]);
    change({ text: FILE.replace("agent", "evil") });
    expect(command()).toEqual([]);
    expect(settings.now().untrusted).toEqual([{ key: "worker.command", value: ["evil"] }]);
    change({ text: FILE });
    expect(command()).toEqual(["agent"]);
    change({ trust: null });
    expect(command()).toEqual([]);
    expect(settings.atStart.config.worker.command).toEqual([]);
  });

  test.each([
    ["is not YAML", { text: "worker: [" }],
    ["has an unknown key", { text: "colour: red\n" }],
    ["cannot be read", { isUnreadable: true }],
  ])("a file that %s meanwhile changes nothing, and trust counts all the same", async (_, broken) => {
    const { files, change } = playedFiles(FILE, trustIn([COMMAND]));
    const settings = await open(files);
    change(broken);
    expect(settings.now().config.worker.command).toEqual(["agent"]);
    change({ trust: null });
    expect(settings.now().config.worker.command).toEqual([]);
  });
});

// Services of this user under systemd: a unit file, `systemctl --user`, and `loginctl` for lingering.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../core/contract/user-error.ts";
import { systemdUnit } from "../../core/service/systemd-unit.ts";
import type { CommandResult } from "../../ports/system/run-command.ts";
import type { ServiceManager, ServiceState } from "../../ports/system/service-manager.ts";
import { replaceSmallFile } from "../file-system/replace-small-file.ts";
import { exists } from "../file-system/write-new-files.ts";
import { prepareUserFolder } from "../user/user-folders.ts";
import { ServiceFiles } from "./service-file.ts";
import type { ServiceParts } from "./service-parts.ts";

/** Remembers that lingering was switched on for our services, so that the last one switches it off again. */
const LINGER_MARK = "service-lingers";

/** Null, or why there is no systemd that would keep a service of this user: a sentence of its own. */
export async function systemdProblem({ call }: ServiceParts): Promise<string | null> {
  const { ok, message } = await call("systemctl", ["--user", "show", "--property=Version"]);
  return ok ? null : message;
}

export function createSystemd({ call, configFolder, stateFolder, user }: ServiceParts): ServiceManager {
  const files = new ServiceFiles(join(configFolder, "systemd", "user"), ".service");
  const mark = join(stateFolder, LINGER_MARK);
  const systemctl = (...words: string[]) => call("systemctl", ["--user", ...words]);
  return {
    kind: "systemd",
    look: async (name) => {
      const shown = await systemctl("show", `${name}.service`, `--property=${PROPERTIES.join(",")}`);
      const linger = await call("loginctl", ["show-user", "--property=Linger", "--", user]);
      return stateOf(shown, linger, {
        file: files.pathOf(name),
        isInstalled: files.has(name),
        logCommand: `journalctl --user --unit ${name} --follow`,
      });
    },
    install: async (service) => {
      files.write(service.name, systemdUnit(service));
      // What an earlier one runs is replaced, and a new one is started.
      for (const words of [["daemon-reload"], ["enable"], ["restart"]])
        must(await systemctl(...words, ...(words[0] === "daemon-reload" ? [] : [`${service.name}.service`])));
    },
    enableLinger: async () => {
      const { ok, message } = await call("loginctl", ["enable-linger", "--", user]);
      if (!ok) return message;
      prepareUserFolder(stateFolder);
      replaceSmallFile(mark, "");
      return null;
    },
    remove: async (name) => {
      if (!files.has(name)) return false;
      must(await systemctl("disable", "--now", `${name}.service`));
      files.remove(name);
      must(await systemctl("daemon-reload"));
      // A unit that had failed would be listed until the next start of the machine.
      await systemctl("reset-failed", `${name}.service`);
      if ((await exists(mark)) && !files.hasAny()) {
        must(await call("loginctl", ["disable-linger", "--", user]));
        rmSync(mark, { force: true });
      }
      return true;
    },
  };
}

const PROPERTIES = ["ActiveState", "SubState", "StateChangeTimestamp"];

function stateOf(
  shown: CommandResult,
  linger: CommandResult,
  known: Pick<ServiceState, "file" | "isInstalled" | "logCommand">,
): ServiceState {
  const found = propertiesOf(shown.stdout);
  const active = found.get("ActiveState") ?? "unknown";
  const lingers = propertiesOf(linger.stdout).get("Linger");
  return {
    ...known,
    isRunning: active === "active",
    state: `${active} (${found.get("SubState") ?? "unknown"})`,
    sinceMs: timeOf(found.get("StateChangeTimestamp") ?? ""),
    lingers: lingers === undefined ? null : lingers === "yes",
  };
}

function propertiesOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split("\n").flatMap((line) => {
      const at = line.indexOf("=");
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    }),
  );
}

/** `Tue 2026-12-01 01:20:33 UTC`: in UTC because the program is given TZ=UTC. */
function timeOf(text: string): number | null {
  const found = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC/.exec(text);
  return found === null ? null : Date.parse(`${found[1]}T${found[2]}Z`);
}

function must({ ok, message }: CommandResult): void {
  if (ok) return;
  throw new UserError({
    code: "service_unavailable",
    message: `systemd refused: ${message}`,
    hint: "`tasks service remove` undoes what was done.",
  });
}

// Services of this user under launchd: a property list, and `launchctl`. An agent runs while its user is logged in.

import { join } from "node:path";
import { UserError } from "../../core/contract/user-error.ts";
import { launchAgent } from "../../core/service/launch-agent.ts";
import type { CommandResult } from "../../ports/system/run-command.ts";
import type { ServiceManager } from "../../ports/system/service-manager.ts";
import { ServiceFiles } from "./service-file.ts";
import type { ServiceParts } from "./service-parts.ts";

export function createLaunchd({ call, home, uid }: ServiceParts): ServiceManager {
  const files = new ServiceFiles(join(home, "Library", "LaunchAgents"), ".plist");
  const logOf = (name: string) => join(home, "Library", "Logs", `${name}.log`);
  const domain = `gui/${uid}`;
  const bootOut = (name: string) => call("launchctl", ["bootout", `${domain}/${name}`]);
  return {
    kind: "launchd",
    look: async (name) => {
      const shown = await call("launchctl", ["print", `${domain}/${name}`]);
      const state = /^\s*state = (.+)$/m.exec(shown.stdout)?.[1] ?? "not loaded";
      return {
        file: files.pathOf(name),
        isInstalled: files.has(name),
        isRunning: state === "running",
        state,
        sinceMs: null,
        lingers: null,
        logCommand: `tail -f '${logOf(name).replaceAll("'", "'\\''")}'`,
      };
    },
    install: async (service) => {
      files.write(service.name, launchAgent(service, logOf(service.name)));
      // Of an earlier one; without one there is nothing to unload.
      await bootOut(service.name);
      must(await call("launchctl", ["bootstrap", domain, files.pathOf(service.name)]));
    },
    enableLinger: async () => "launchd starts an agent when its user logs in, not before",
    remove: async (name) => {
      if (!files.has(name)) return false;
      await bootOut(name);
      files.remove(name);
      return true;
    },
  };
}

function must({ ok, message }: CommandResult): void {
  if (ok) return;
  throw new UserError({
    code: "service_unavailable",
    message: `launchd refused: ${message}`,
    hint: "`tasks service remove` undoes what was done.",
  });
}

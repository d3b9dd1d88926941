// Which service manager this machine has.

import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { type Refusal, refusal } from "../../core/contract/refusal.ts";
import { serviceName } from "../../core/service/service.ts";
import type { Environment } from "../../core/worker/worker-environment.ts";
import type { RunCommand } from "../../ports/system/run-command.ts";
import type { ServiceManager } from "../../ports/system/service-manager.ts";
import { createLaunchd } from "./launchd.ts";
import type { ServiceParts } from "./service-parts.ts";
import { createSystemd, systemdProblem } from "./systemd.ts";

export type ServiceManagerSettings = Omit<ServiceParts, "call" | "configFolder"> & {
  readonly platform: NodeJS.Platform;
  readonly environment: Environment;
  readonly run: RunCommand;
};

/** They talk to the user's manager over a socket that these name. */
const PASSED_ON = ["PATH", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "XDG_CONFIG_HOME"];
/** Stopping a unit waits for its program, which waits for a running cycle. */
const TIMEOUT_MS = 30_000;

/** Enough for the repositories of one user. */
const DIGEST_LENGTH = 8;

/** `root`: of the repository, absolute. */
export function nameService(root: string): string {
  const digest = createHash("sha256").update(root).digest("hex").slice(0, DIGEST_LENGTH);
  return serviceName(basename(root), digest);
}

/** Refused with `service_unavailable` where no manager would keep a service of this user. */
export async function findServiceManager(
  settings: ServiceManagerSettings,
): Promise<ServiceManager | Refusal> {
  const { platform, environment, home, user, run } = settings;
  const passedOn = PASSED_ON.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const env = {
    ...Object.fromEntries(passedOn),
    HOME: home,
    USER: user,
    LOGNAME: user,
    TZ: "UTC",
    LC_ALL: "C",
  };
  const call: ServiceParts["call"] = (program, args) =>
    run({ program, args, cwd: home, env, timeoutMs: TIMEOUT_MS });
  const configured = environment["XDG_CONFIG_HOME"] ?? "";
  const configFolder = configured.startsWith("/") ? configured : join(home, ".config");
  const parts = { ...settings, call, configFolder };
  if (platform === "darwin") return createLaunchd(parts);
  const problem = platform === "linux" ? await systemdProblem(parts) : `On ${platform} there is none.`;
  return problem === null ? createSystemd(parts) : withoutManager(problem);
}

function withoutManager(why: string): Refusal {
  return refusal(
    `No service manager keeps programs of this user running here: neither systemd nor launchd. ${why}`,
    "Start `tasks serve` where it outlives your terminal (tmux, `nohup tasks serve &`), and at each boot (cron: `@reboot`).",
    "service_unavailable",
  );
}

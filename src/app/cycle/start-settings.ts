// What settings say of starts, as the snapshot shows it. They may change while a runner lives, trust among them.

import type { LoadedConfig } from "../../config/load.ts";
import type { Config } from "../../config/schema.ts";
import { defaultWorker } from "../../core/agent/workers/choose-worker.ts";

export type StartSettings = {
  readonly dispatch: Config["dispatch"];
  readonly hasWorker: boolean;
  /** Workers of this user's other repositories on this machine. */
  readonly workersElsewhere: number;
  /** Settings of the repository's file that the user has not trusted: while there are any, nothing starts. */
  readonly untrusted: readonly string[];
};

export function startSettingsOf(
  { config, untrusted }: Pick<LoadedConfig, "config" | "untrusted">,
  workersElsewhere = 0,
): StartSettings {
  return {
    workersElsewhere,
    dispatch: config.dispatch,
    hasWorker: defaultWorker(config).kind !== "refused",
    untrusted: untrusted.map(({ key }) => key),
  };
}

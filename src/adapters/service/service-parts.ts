// What a service manager is made of: programs that may be called, and the folders of this user.

import type { CommandResult } from "../../ports/system/run-command.ts";

export type ServiceParts = {
  readonly call: (program: string, args: readonly string[]) => Promise<CommandResult>;
  readonly home: string;
  /** `$XDG_CONFIG_HOME`, absolute. */
  readonly configFolder: string;
  /** This program's own, absolute. */
  readonly stateFolder: string;
  readonly user: string;
  readonly uid: number;
};

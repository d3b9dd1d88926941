// What keeps programs of this user running: systemd on Linux, launchd on macOS.

import type { Service } from "../../core/service/service.ts";

export type ServiceState = {
  /** Absolute; the description of the service. */
  readonly file: string;
  readonly isInstalled: boolean;
  readonly isRunning: boolean;
  /** In the system's words: `active (running)`. */
  readonly state: string;
  /** Since when it is in that state; null where the system does not say. */
  readonly sinceMs: number | null;
  /** Whether it continues when the user logs out, and starts with the machine; null where that is not a setting. */
  readonly lingers: boolean | null;
  /** What a person types to read what it prints. */
  readonly logCommand: string;
};

export type ServiceManager = {
  readonly kind: "systemd" | "launchd";
  look(name: string): Promise<ServiceState>;
  /** Writes the service's file, has it started now and with the session, and replaces one of the same name. */
  install(service: Service): Promise<void>;
  /** Lets the user's services run without a session. Null when that is done, else why it was not. */
  enableLinger(): Promise<string | null>;
  /** Undoes `install`, and `enableLinger` with the last service of this program. False when there was none. */
  remove(name: string): Promise<boolean>;
};

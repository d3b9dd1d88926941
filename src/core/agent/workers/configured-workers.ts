// The configured workers with every value filled in: the entries of `workers:`, and the one that `worker.command` describes.

import { workerName } from "../../worker/worker-command.ts";
import type { KindName, Permissions, WorkerSettings } from "../contract/agent-kind.ts";

/** One entry of `workers:` as written; null and empty where it says nothing. */
export type WorkerEntry = Omit<WorkerSettings, "name" | "permissions"> & {
  readonly permissions: Permissions | null;
};

/** The part of the settings that describes workers. */
export type WorkersConfig = {
  readonly workers: {
    readonly default: string | null;
    readonly named: Readonly<Record<string, WorkerEntry>>;
  };
  readonly worker: { readonly command: readonly string[] };
};

export type ConfiguredWorkers = {
  /** In the order of the settings; names are unique. */
  readonly all: readonly WorkerSettings[];
  /** Null where the settings leave it to their only worker. */
  readonly defaultName: string | null;
};

export function configuredWorkers({ workers, worker }: WorkersConfig): ConfiguredWorkers {
  const named = Object.entries(workers.named).map(([name, entry]) => settingsOf(name, entry));
  const older = worker.command.length === 0 ? null : olderWorker(worker.command);
  const isNew = older !== null && !named.some(({ name }) => name === older.name);
  return {
    all: isNew ? [...named, older] : named,
    defaultName: workers.default ?? older?.name ?? null,
  };
}

/** What a kind permits where its entry does not say; the same as `AgentKind.permissionsDefault`, which a test compares. */
export const PERMISSIONS_DEFAULT: Readonly<Record<KindName, Permissions>> = {
  claude: "full",
  codex: "edits",
  gemini: "full",
  opencode: "full",
  copilot: "full",
  acp: "full",
  command: "full",
};

function settingsOf(name: string, entry: WorkerEntry): WorkerSettings {
  return { ...entry, name, permissions: entry.permissions ?? PERMISSIONS_DEFAULT[entry.kind] };
}

/** `worker.command`: a worker of kind `command`, named after its program. */
function olderWorker(command: readonly string[]): WorkerSettings {
  return {
    name: workerName(command) ?? "command",
    kind: "command",
    program: null,
    command,
    model: null,
    args: [],
    permissions: PERMISSIONS_DEFAULT.command,
    wrap: [],
    variables: {},
    selectable: false,
    account: null,
    fallback: [],
  };
}

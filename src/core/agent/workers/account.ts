import type { WorkerSettings } from "../contract/agent-kind.ts";

/** What the usage limits of a worker belong to: as its settings say, else its kind on this host. */
export function accountOf({ account, kind }: Pick<WorkerSettings, "account" | "kind">, host: string): string {
  return account ?? `${kind}@${host}`;
}

import { inSentence } from "./listed.ts";

type Named = { readonly pid: number; readonly name: string };

/** "sleep (pid 4711), vite (pid 4720)". */
export function namedProcesses(processes: readonly Named[]): string {
  return processes.map(({ pid, name }) => `${inSentence(name)} (pid ${pid})`).join(", ");
}

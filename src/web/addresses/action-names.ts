// The actions that pages offer, one address each. Everything else on the server is read-only.

export const ACTION_NAMES = [
  "kickoff",
  "answer",
  "continue",
  "handover",
  "raise",
  "stop",
  "stop-all",
  "pause",
  "resume",
  "limit-resume",
  "limit-hold",
  "limit-auto",
  "acknowledge",
  "snooze",
  "withdraw",
  "accept",
  "drop",
  "notify-test",
  "undo",
] as const;
export type ActionName = (typeof ACTION_NAMES)[number];

const NAME_BY_PATH: ReadonlyMap<string, ActionName> = new Map(
  ACTION_NAMES.map((name) => [actionPath(name), name]),
);

export function actionPath(name: ActionName): string {
  return `/actions/${name}`;
}

/** Null if the path is not an action. */
export function actionAt(path: string): ActionName | null {
  return NAME_BY_PATH.get(path) ?? null;
}

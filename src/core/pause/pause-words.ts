// Pauses as sentences. Times are the page's to add, in the reader's zone.

import type { ScopedPause } from "../records/scoped-pause.ts";

type Named = Pick<ScopedPause, "scope" | "cause" | "host">;

/** "Claude signed out on build-1": what is wrong, and where. */
export function pauseWords({ scope, cause, host }: Named): string {
  const { who, where } = partsOf(scope.name, host);
  const place = where === null ? "" : ` on ${where}`;
  switch (cause) {
    case "limit":
      return `${who} limited${place}`;
    case "overloaded":
      return `${who}'s service overloaded`;
    case "network":
      return `No network on ${host}`;
    case "signed_out":
      return `${who} signed out on ${host}`;
    case "billing":
      return `${who} cannot pay${place}`;
    case "setup":
      return `Set-up fails on ${host} (${scope.name.slice(host.length + 1).split(" ")[0]})`;
  }
}

/** Words of a pause with how many wait for it: "Claude signed out on build-1, 9 wait". */
export function waitSentence(words: string, waiting: number): string {
  if (waiting === 0) return words;
  return `${words}, ${waiting} ${waiting === 1 ? "waits" : "wait"}`;
}

/** `claude@build-1` is Claude on build-1; any other account has its own name. */
function partsOf(name: string, host: string): { readonly who: string; readonly where: string | null } {
  const kind = name.endsWith(`@${host}`) ? name.slice(0, -host.length - 1) : null;
  if (kind === null || kind === "") return { who: name, where: null };
  return { who: `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`, where: host };
}

/** "five hour window", of the agent's `five_hour`. */
export function windowName(window: string): string {
  return window === "" ? "usage" : `${window.replaceAll("_", " ")} window`;
}

/** What was said of a window is no longer so: it has been reset since. */
export function hasReset(
  { resets_at: resets }: { readonly resets_at: string | null },
  nowMs: number,
): boolean {
  return resets !== null && Date.parse(resets) <= nowMs;
}

type WindowShare = { readonly window: string; readonly used_percent: number | null };

/** "five hour window 86 % used". */
export function windowShare({ window, used_percent: used }: WindowShare): string {
  return `${windowName(window)} ${used === null ? "–" : Math.round(used)} % used`;
}

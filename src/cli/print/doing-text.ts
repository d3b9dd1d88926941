// What a run's agent does, as one line of a terminal: the words of the pages.

import { doingWords, type WordPart } from "../../core/run/doing-words.ts";
import { shortDuration } from "./duration.ts";

/** "working: `npm test` for 4 min · 3 of 7 steps", "thinking for 2 min"; null if its agent does not say. */
export function doingText(run: Parameters<typeof doingWords>[0], nowMs: number): string | null {
  const words = doingWords(run);
  if (words === null) return null;
  const said = words.parts.map((part) => partText(part, nowMs)).join("");
  if (said === "") return words.state;
  return `${words.state}${words.isSentence ? " " : ": "}${said}`;
}

function partText(part: WordPart, nowMs: number): string {
  switch (part.as) {
    case "text":
      return part.text;
    case "code":
      return `\`${part.text}\``;
    case "quote":
      return `“${part.text}”`;
    case "for":
      return `for ${shortDuration(nowMs - Date.parse(part.since))}`;
  }
}

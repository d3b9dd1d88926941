// Shows an action's result on the next page. The address names it, so a reload shows it again and other tabs do not.

import { MINUTE_MS } from "../../../core/values/durations.ts";
import type { LoggedAction } from "../../actions/action-log.ts";
import type { ResultNotice } from "../../pages/parts/result-notice.ts";
import { resultWords } from "../../pages/parts/result-notice.ts";
import type { WebContext } from "./web-context.ts";

/** Names the result in the address of the next page. */
export const DONE_PARAMETER = "done";

/** Long enough to read and undo it, even if the page reloads automatically. */
const SHOWN_MS = 2 * MINUTE_MS;

/** Null if the address names none, or none that is recent. */
export function resultShown(
  { actionLog, clock }: Pick<WebContext, "actionLog" | "clock">,
  query: URLSearchParams,
): ResultNotice | null {
  const ref = query.get(DONE_PARAMETER);
  const logged = ref === null ? null : actionLog.find(ref);
  if (ref === null || logged === null || actionLog.ageMs(logged) > SHOWN_MS) return null;
  return resultOf(logged, ref, clock.wallMs());
}

/** A page's path without the result, where its forms lead back to. */
export function withoutResult({ pathname, search }: Pick<URL, "pathname" | "search">): string {
  const params = new URLSearchParams(search);
  if (!params.has(DONE_PARAMETER)) return `${pathname}${search}`;
  params.delete(DONE_PARAMETER);
  const text = params.toString();
  return text === "" ? pathname : `${pathname}?${text}`;
}

/** What was done under a reference, in words. */
export function resultOf({ done, title, isUndone }: LoggedAction, ref: string, nowMs: number): ResultNotice {
  const words = resultWords(done.action, { observedAtMs: nowMs });
  return { words, title, undo: done.undo === null || isUndone ? null : ref };
}

import { targetEndMs } from "../../../core/snapshot/past-target.ts";
import { type Html, html } from "../html/html.ts";
import { durationTime, type PageTime } from "../html/page-time.ts";

/** "12 days past its target, 2026-03-12". */
export function pastTargetWords(target: string | null, time: PageTime): Html {
  const iso = new Date(targetEndMs(target) ?? 0).toISOString();
  return html`${durationTime({ iso }, "for", time)} past its target, ${target}`;
}

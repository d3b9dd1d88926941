// The course of a run: one bar to look at, and the same in words below it.

import type { CoursePart } from "../../../core/agent/transcript/run-course.ts";
import { durationText } from "../../assets/script/duration.js";
import { type Html, html } from "../html/html.ts";
import { momentTime, type PageTime } from "../html/page-time.ts";

/** More would be stripes; the transcript has each. */
const PARTS_MAX = 30;
const WIDTH = 1000;
const HEIGHT = 20;
/** A part that took a moment is still seen. */
const PART_WIDTH_MIN = 4;

const WORDS: Readonly<Record<CoursePart["what"], string>> = {
  queued: "Queued",
  working: "Worked",
  asked: "Waited for an answer",
  limited: "Usage limit",
  asleep: "Asleep",
};

export type CourseBar = { readonly parts: readonly CoursePart[]; readonly isLive: boolean };

/** Empty while there is nothing to compare: a run that has only started. */
export function renderCourse({ parts, isLive }: CourseBar, time: PageTime): Html {
  const shown = parts.slice(-PARTS_MAX);
  if (shown.length < 2)
    return html`<section id="course" aria-label="Course of the run" data-part hidden></section>`;
  const left = parts.length - shown.length;
  const places = placesOf(shown);
  return html`<section class="course" id="course" aria-label="Course of the run" data-part>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch" d="M0 0V6"/></pattern></defs>${shown.map((part, index) => renderPart(part, places[index] ?? [0, 0]))}</svg>
    <ol class="stops">${left > 0 && html`<li>${left} earlier parts are left out</li>`}${shown.map((part, index) => renderStop(part, isLive && index === shown.length - 1, time))}</ol></section>`;
}

/** `[x, width]` of each. */
function placesOf(parts: readonly CoursePart[]): readonly (readonly [number, number])[] {
  const totalMs = parts.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs), 0);
  const free = WIDTH - PART_WIDTH_MIN * parts.length;
  let x = 0;
  return parts.map(({ fromMs, toMs }) => {
    const width = PART_WIDTH_MIN + (free * (toMs - fromMs)) / totalMs;
    const place = [round(x), round(width)] as const;
    x += width;
    return place;
  });
}

const round = (value: number): number => Math.round(value * 10) / 10;

function renderPart({ what }: CoursePart, [x, width]: readonly [number, number]): Html {
  const gap = 1.5;
  const box = html`x="${x}" y="0" width="${Math.max(1, round(width - gap))}" height="${HEIGHT}"`;
  const stripes = what === "limited" ? html`<rect ${box} fill="url(#hatch)"/>` : null;
  return html`<rect class="c-${what}" ${box}/>${stripes}`;
}

function renderStop(part: CoursePart, isNow: boolean, time: PageTime): Html {
  const { what, fromMs, toMs, attempt } = part;
  const which = what === "working" && attempt > 1 ? html`, attempt ${attempt}` : null;
  const word = isNow && what === "working" ? "Working" : WORDS[what];
  return html`<li><i class="c-${what}"></i>${momentTime(fromMs, time)} <span>${word}${which}</span> <b>${durationText(toMs - fromMs)}</b>${isNow && " so far"}</li>`;
}

// A worker's progress in one line: the verdict as a tag, then what its agent does, or the latest evidence with its age.

import type { DoingView } from "../../../core/contract/agent-view.ts";
import type { Verdict } from "../../../core/contract/run.ts";
import type { RunView } from "../../../core/contract/run-view.ts";
import { type DoingWords, doingWords, type WordPart } from "../../../core/run/doing-words.ts";
import { type Html, html } from "../html/html.ts";
import { durationTime, forTime, momentTime, type PageTime } from "../html/page-time.ts";
import { type TagTone, tag, tierTag } from "../html/tags.ts";
import { keepsSlot } from "./run-words.ts";

type Progress = NonNullable<RunView["progress"]>;
type Evidence = Progress["evidence"][number];

const sourceOf = (evidence: Evidence) => evidence.witness; // words-ok: JSON key

const VERDICT_TAGS: Readonly<Record<Verdict, readonly [TagTone, string, string]>> = {
  starting: ["info", "starting", "○"],
  working: ["ok", "working", "●"],
  waiting: ["info", "waits", "◔"],
  overdue: ["warn", "overdue", "◔"],
  asking: ["bad", "asks", "▲"],
  quiet: ["warn", "quiet", "◌"],
  unknown: ["plain", "can't tell", "?"],
};

const DOING_TAGS: Readonly<Record<DoingView["kind"], readonly [TagTone, string]>> = {
  starting: ["info", "○"],
  thinking: ["ok", "●"],
  tool: ["ok", "●"],
  retrying: ["warn", "◔"],
  permission: ["bad", "▲"],
  question: ["bad", "▲"],
  between_turns: ["info", "○"],
};

/** For a run that is starting, running or held; null for any other. */
export function renderVerdict(run: RunView, time: PageTime): Html | null {
  const { progress, ending } = run;
  if (run.state === "queued" && run.held !== null) return renderHeld(run.held, time);
  if (progress === null) return null;
  if (ending !== null) return renderEnding(ending, time);
  const doing = doingWords(run);
  const words = doing === null ? verdictWords(run, progress, time) : renderDoing(doing, time);
  return html`${verdictTag(progress, doing)} ${words}${keepsSlot(run) && "; keeps its slot"}`;
}

/** "Limited until 14:20": it takes no slot meanwhile. */
function renderHeld({ cause, sentence, until }: NonNullable<RunView["held"]>, time: PageTime): Html {
  const untilTime = until === null ? null : html` until ${momentTime(Date.parse(until), time)}`;
  return html`${tag(HELD_TONES[cause], "waits", "◔")} <bdi>${sentence}</bdi>${untilTime}`;
}

/** An outage is worth a look; what has a time of its own is not. */
const HELD_TONES: Readonly<Record<NonNullable<RunView["held"]>["cause"], TagTone>> = {
  limit: "info",
  wait: "info",
  memory: "info",
  overloaded: "warn",
  network: "warn",
  signed_out: "warn",
  billing: "warn",
  setup: "warn",
};

/** A quiet worker gets the same tag as other signals to watch. */
function verdictTag({ verdict }: Progress, doing: DoingWords | null): Html {
  if (verdict === "quiet") return tierTag(1);
  if (doing === null) return tag(...VERDICT_TAGS[verdict]);
  const [tone, shape] = DOING_TAGS[doing.kind];
  return tag(tone, doing.state, shape);
}

function verdictWords(run: RunView, progress: Progress, time: PageTime): Html {
  const { verdict, detail, until } = progress;
  const untilTime = until === null ? null : html` until ${momentTime(Date.parse(until), time)}`;
  switch (verdict) {
    case "starting":
      return forTime({ iso: run.since }, time);
    case "waiting":
      return html`for <bdi>${detail}</bdi>${untilTime && html`,${untilTime}`}`;
    case "overdue":
      return html`waited for <bdi>${detail}</bdi>${untilTime}${newest(progress, time, "; ")}`;
    case "quiet":
      return quietWords(progress, time);
    case "unknown":
      return html`<bdi>${detail ?? "the worker cannot be observed"}</bdi>`;
    case "working":
    case "asking":
      return newest(progress, time) ?? html`no progress yet`;
  }
}

/** "`npm test` for 4 min · 3 of 7 steps". */
function renderDoing({ parts }: DoingWords, time: PageTime): Html {
  return html`${parts.map((part) => renderPart(part, time))}`;
}

function renderPart(part: WordPart, time: PageTime): Html {
  switch (part.as) {
    case "text":
      return html`${part.text}`;
    case "code":
      return html`<code class="doing"><bdi>${part.text}</bdi></code>`;
    case "quote":
      return html`“<bdi>${part.text}</bdi>”`;
    case "for":
      return forTime({ iso: part.since }, time);
  }
}

function quietWords({ quiet_since: since }: Progress, time: PageTime): Html {
  return since === null ? html`no progress` : html`no progress ${forTime({ iso: since }, time)}`;
}

function newest({ evidence }: Progress, time: PageTime, before = ""): Html | null {
  const [first] = evidence;
  return first === undefined ? null : html`${before}${evidenceWords(first, time)}`;
}

/** "3 files changed 40 s ago"; the worker's own reports are in quotes. */
function evidenceWords(evidence: Evidence, time: PageTime): Html {
  const { at, text } = evidence;
  const said = sourceOf(evidence) === "report" ? html`“<bdi>${text}</bdi>”` : html`<bdi>${text}</bdi>`;
  return html`${said} ${durationTime({ iso: at }, "ago", time)}`;
}

const EVIDENCE_WORDS: Readonly<Record<ReturnType<typeof sourceOf>, string>> = {
  output: "Output",
  worktree: "Files",
  processor: "CPU",
  report: "Report",
};

/** All evidence, unless the verdict already shows the only piece. */
export function renderEvidence({ progress }: RunView, time: PageTime): Html | null {
  const evidence = progress?.evidence ?? [];
  if (evidence.length < 2) return null;
  return html`<ul class="entries small">${evidence.map((one) => html`<li>${EVIDENCE_WORDS[sourceOf(one)]}: ${evidenceWords(one, time)}</li>`)}</ul>`;
}

function renderEnding({ kind, by, at }: NonNullable<RunView["ending"]>, time: PageTime): Html {
  const word = kind === "stop" ? "stopping" : "interrupting";
  return html`${tag("warn", word, "■")} asked by <bdi>${by}</bdi> ${durationTime({ iso: at }, "ago", time)}`;
}

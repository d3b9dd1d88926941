// A worker's progress in one line: the verdict as a tag, then the latest evidence with its age.

import type { Verdict } from "../../../core/contract/run.ts";
import type { RunView } from "../../../core/contract/run-view.ts";
import { openQuestion } from "../../../core/run/open-question.ts";
import { type Html, html } from "../html/html.ts";
import { durationTime, forTime, momentTime, type PageTime } from "../html/page-time.ts";
import { type TagTone, tag, tierTag } from "../html/tags.ts";

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

/** For a run that is starting or running; null for any other. */
export function renderVerdict(run: RunView, time: PageTime): Html | null {
  const { progress, ending } = run;
  if (progress === null) return null;
  if (ending !== null) return renderEnding(ending, time);
  return html`${verdictTag(progress)} ${verdictWords(run, progress, time)}`;
}

/** A quiet worker gets the same tag as other signals to watch. */
function verdictTag({ verdict }: Progress): Html {
  if (verdict === "quiet") return tierTag(1);
  return tag(...VERDICT_TAGS[verdict]);
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
    case "asking":
      return html`“<bdi>${openQuestion(run)?.text}</bdi>”`;
    case "quiet":
      return quietWords(progress, time);
    case "unknown":
      return html`<bdi>${detail ?? "the worker cannot be observed"}</bdi>`;
    case "working":
      return newest(progress, time) ?? html`no progress yet`;
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

// The answers to actions: confirmation page, failure page with the typed text, or the way back. Programs get
// problem+json.

import type { Confirmation } from "../../actions/confirmation.ts";
import type { ActionName } from "../../addresses/action-names.ts";
import { type Answer, htmlAnswer, JSON_TYPE, NEVER_STORED, textAnswer } from "../../http/answer.ts";
import { prefersHtml, problemAnswer, type WebProblem } from "../../http/problem-json.ts";
import type { Fields } from "../../http/read-fields.ts";
import { renderConfirmPage } from "../../pages/plain/confirm-page.ts";
import { renderNotDonePage } from "../../pages/plain/not-done-page.ts";
import { DONE_PARAMETER, resultOf } from "../request/result-shown.ts";
import type { WebContext } from "../request/web-context.ts";

/** One submitted action. */
export type Submission = {
  readonly name: ActionName;
  readonly fields: Fields;
  /** A path of this server. */
  readonly back: string;
  readonly isProgram: boolean;
  readonly accept: string | undefined;
};

type Shown = Pick<WebContext, "live" | "assets" | "guard" | "actionLog" | "clock" | "config">;

/** 409 for an invalid confirmation, so that programs notice; the first click just shows a page. */
const REPEATED = 409;

export function askAnswer(context: Shown, submission: Submission, confirmation: Confirmation): Answer {
  const { name, fields, back } = submission;
  const { guard, actionLog, live, assets, clock, config } = context;
  const confirm = guard.confirmToken(confirmation.subject);
  const { runs } = confirmation;
  if (wantsJson(submission)) {
    return problemAnswer({
      ...CONFIRMATION_NEEDED,
      members: { ...confirmation.fields, confirm, tasks: runs.map(({ key }) => key) },
    });
  }
  const isRepeated = (fields.get("confirm") ?? "") !== "";
  const page = renderConfirmPage({
    action: name,
    confirmation,
    confirm,
    isRepeated,
    acting: { token: guard.formToken, back, id: actionLog.newId() },
    view: live.view(),
    pause: live.view()?.snapshot.dispatch.pause ?? null,
    stopGraceS: config.worker.stop_grace_s,
    nowMs: clock.wallMs(),
    assets: assets.urls,
  });
  return htmlAnswer(page, isRepeated ? REPEATED : 200);
}

export type NotDone = WebProblem & { readonly hint: string };

export function notDoneAnswer(
  { guard, actionLog, live, assets }: Shown,
  submission: Submission,
  problem: NotDone,
): Answer {
  const { name, fields, back } = submission;
  const { code, status, title, detail, hint } = problem;
  if (wantsJson(submission)) return problemAnswer({ code, status, title, detail, members: { hint } });
  const page = renderNotDonePage({
    action: name,
    title,
    message: detail,
    hint,
    fields,
    acting: { token: guard.formToken, back, id: actionLog.newId() },
    snapshot: live.view()?.snapshot ?? null,
    assets: assets.urls,
  });
  return htmlAnswer(page, status);
}

/**
 * `ref`: of the logged action. Browsers go back to the page, which shows the result; programs and scripts get it here.
 */
export function doneAnswer(
  { clock, actionLog }: Pick<WebContext, "clock" | "actionLog">,
  { isProgram, accept, back }: Submission,
  ref: string,
): Answer {
  const page = `${back}${back.includes("?") ? "&" : "?"}${DONE_PARAMETER}=${ref}`;
  if (!isProgram && accept !== SCRIPT_ACCEPTS)
    return { status: 303, headers: ["Location", page, ...NEVER_STORED], body: [] };
  const logged = actionLog.find(ref);
  const result = logged === null ? null : resultOf(logged, ref, clock.wallMs());
  const outcome = result === null ? {} : { message: result.words, task: result.title, undo: result.undo };
  return textAnswer({ type: JSON_TYPE, text: `${JSON.stringify({ done: true, page, ...outcome })}\n` });
}

/** The page's script sends form fields and reads JSON. */
const SCRIPT_ACCEPTS = "application/json";

function wantsJson({ isProgram, accept }: Submission): boolean {
  return isProgram || !prefersHtml(accept);
}

const CONFIRMATION_NEEDED: WebProblem = {
  code: "confirmation_needed",
  status: 409,
  title: "Confirm first",
  detail:
    "This stops running work. Repeat the request with `confirm` and the other members given here. They are valid for exactly these runs, for ten minutes.",
};

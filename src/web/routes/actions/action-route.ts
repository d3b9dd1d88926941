// POST /actions/<name>: checks the request, then runs the use case. Starts no process and runs no git (invariant 7); it
// then waits for an update, so that the page shows the result (F11).

import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { refusal } from "../../../core/contract/refusal.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import { StoreError } from "../../../ports/store/store-error.ts";
import { actionRef } from "../../actions/action-log.ts";
import type { Performed } from "../../actions/confirmation.ts";
import { performAction } from "../../actions/perform-action.ts";
import { actionAt } from "../../addresses/action-names.ts";
import { localPath } from "../../addresses/request-path.ts";
import type { Answer } from "../../http/answer.ts";
import type { Route } from "../../http/listener.ts";
import { NOT_FOUND, type WebProblem } from "../../http/problem-json.ts";
import { type Fields, readFields } from "../../http/read-fields.ts";
import { problemPage } from "../request/problem-page.ts";
import type { WebContext } from "../request/web-context.ts";
import { askAnswer, doneAnswer, notDoneAnswer, type Submission } from "./action-answers.ts";

/** The header in which programs send the form token. */
export const TOKEN_HEADER = "Tasks-Token";

/** Optional for programs; a retry must repeat it. */
const ID_FIELD = "action_id";

export function createActionRoute(context: WebContext): Route {
  return async (request, _response, { raw }) => {
    const { headers } = request;
    const name = actionAt(raw);
    if (name === null) return problemPage(context, NOT_FOUND, headers.accept);
    const problem = await refusedBefore(context, request);
    if (problem !== null) return problemPage(context, problem, headers.accept);
    const read = await readFields(request);
    if (read.kind === "refused") return problemPage(context, read.problem, headers.accept);
    const submission: Submission = {
      name,
      fields: read.fields,
      back: localPath(read.fields.get("back")),
      isProgram: read.format === "json",
      accept: headers.accept,
    };
    const token = submission.isProgram ? headers[TOKEN_HEADER.toLowerCase()] : read.fields.get("token");
    if (typeof token !== "string" || !context.guard.isFormToken(token))
      return notDoneAnswer(context, submission, TOKEN_REFUSED);
    const given = read.fields.get(ID_FIELD);
    if (given !== undefined && !context.actionLog.isOwnId(given))
      return notDoneAnswer(context, submission, TOKEN_REFUSED);
    return await answerOf(context, submission, given ?? context.actionLog.newId());
  };
}

/** Checks before the body is read. */
async function refusedBefore({ guard }: WebContext, request: IncomingMessage): Promise<WebProblem | null> {
  const standing = await guard.permissionOf(request);
  if (standing === "shown") return ACTIONS_REFUSED;
  if (!isFromOwnPage(request.headers)) return FOREIGN_FORM;
  if (standing === "looks") return { ...ONLY_LOOKS, detail: guard.lookNote };
  return (await guard.isWorker(request)) ? WORKER_REFUSED : null;
}

/** Old browsers without Sec-Fetch-Site still send Origin, which the gate has checked. */
function isFromOwnPage(headers: IncomingHttpHeaders): boolean {
  const site = headers["sec-fetch-site"];
  return site === undefined ? headers.origin !== undefined : site === "same-origin";
}

async function answerOf(context: WebContext, submission: Submission, id: string): Promise<Answer> {
  const { name, fields } = submission;
  const ref = actionRef(name, id, fields);
  const performed = await context.actionLog.once(ref, titleOf(context, fields), () =>
    perform(context, submission),
  );
  switch (performed.kind) {
    case "ask":
      return askAnswer(context, submission, performed.confirmation);
    case "incomplete":
      return problemPage(context, incomplete(performed), submission.accept);
    case "refused":
      return notDoneAnswer(context, submission, {
        code: "action_refused",
        status: 409,
        title: "Not done",
        detail: performed.message,
        hint: performed.hint,
      });
    case "done":
      await context.live.refreshNow();
      return doneAnswer(context, submission, ref);
  }
}

/** The title of the action's task, if the snapshot knows it. */
function titleOf({ live, actionLog }: WebContext, fields: Fields): string | null {
  const undone = fields.get("of");
  if (undone !== undefined) return actionLog.find(undone)?.title ?? null;
  const view = live.view();
  const row = view?.rowByKey.get(fields.get("task") ?? "");
  if (row !== undefined) return row.title;
  const run = fields.get("run");
  if (run === undefined) return null;
  return view?.snapshot.tasks.find((task) => task.run?.id === run)?.title ?? null;
}

/** Errors that a person can fix become refusals; all others are bugs for the listener. */
async function perform(
  { actions, runs, guard, actionLog, clock, log, live, config, outbox = null }: WebContext,
  { name, fields }: Submission,
): Promise<Performed> {
  // The guard requires both.
  if (actions === null || runs === null) throw new Error("An action was let in that nothing can do.");
  try {
    return await performAction(name, {
      fields,
      actions,
      runs,
      guard,
      actionLog,
      nowMs: clock.wallMs(),
      notify: {
        outbox,
        settings: config.notify,
        repository: live.view()?.snapshot.repository.name ?? "",
      },
    });
  } catch (error) {
    // Store errors name local files, so they are not shown.
    if (error instanceof StoreError) {
      log.warn({ error, action: name }, "an action could not be written to the store");
      return STORE_REFUSED;
    }
    if (error instanceof UserError) return refusal(error.message, error.hint, error.code);
    throw error;
  }
}

const STORE_REFUSED = refusal(
  "The store is unavailable, so nothing was changed.",
  "Try again in a moment; `tasks doctor` shows what is wrong.",
  "store_unusable",
);

function incomplete({ field, expected }: Extract<Performed, { kind: "incomplete" }>): WebProblem {
  return {
    code: "parameter_invalid",
    status: 400,
    title: "Cannot read the form",
    detail: `The field “${field}” must be ${expected}.`,
  };
}

const ACTIONS_REFUSED: WebProblem = {
  code: "actions_refused",
  status: 403,
  title: "Read-only",
  detail:
    "Pages accept actions only on the server's own machine, at localhost or a loopback address. The `tasks` commands do the same.",
};

const ONLY_LOOKS = { code: "actions_refused", status: 403, title: "View only" } as const;

const WORKER_REFUSED: WebProblem = {
  code: "actions_refused",
  status: 403,
  title: "For people only",
  detail:
    "This request comes from a program started by a worker. Pages are for people; workers use the `tasks` commands, which record that a worker acted.",
};

const FOREIGN_FORM: WebProblem = {
  code: "foreign_form",
  status: 403,
  title: "Not from a page of this server",
  detail:
    "Actions are accepted only from this server's own pages, and this request does not identify itself as one.",
};

const TOKEN_REFUSED = {
  code: "form_token_refused",
  status: 403,
  title: "The page is too old",
  detail: "Nothing was done: the server restarted since the page was loaded, or the form's token is missing.",
  hint: "If you sent it before and got no answer, check first whether it was done. Go back, or send it again from here.",
};

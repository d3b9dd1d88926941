// POST /actions/<name>: the checks a request has to pass, in the order in which they matter, then the use case. Nothing
// here starts a process or runs git (invariant 7); the wait after it is for the page to show what was done (F11).

import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { UserError } from "../../../core/contract/user-error.ts";
import { StoreError } from "../../../ports/store/store-error.ts";
import { actionRef } from "../../actions/action-log.ts";
import { type Performed, performAction } from "../../actions/perform-action.ts";
import type { ActionName } from "../../addresses/action-names.ts";
import { localPath } from "../../addresses/local-path.ts";
import type { Answer } from "../../http/answer.ts";
import type { DirectRoute } from "../../http/listener.ts";
import type { WebProblem } from "../../http/problem-json.ts";
import { type Fields, readFields } from "../../http/read-fields.ts";
import { problemPage } from "../request/problem-page.ts";
import type { WebContext } from "../request/web-context.ts";
import { askAnswer, doneAnswer, notDoneAnswer, type Submission } from "./action-answers.ts";

/** How a program that sends JSON says that it has read a page. */
export const TOKEN_HEADER = "Tasks-Token";

/** A program that may send a request twice takes it from a form, or leaves it out. */
const ID_FIELD = "action_id";

export function createActionRoute(context: WebContext, name: ActionName): DirectRoute {
  return async (request) => {
    const { headers } = request;
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

/** What does not depend on the body. */
async function refusedBefore({ guard }: WebContext, request: IncomingMessage): Promise<WebProblem | null> {
  const standing = await guard.permissionOf(request);
  if (standing === "shown") return ACTIONS_REFUSED;
  if (!isFromOwnPage(request.headers)) return FOREIGN_FORM;
  if (standing === "looks") return { ...ONLY_LOOKS, detail: guard.lookNote };
  return (await guard.isWorker(request)) ? WORKER_REFUSED : null;
}

/** Browsers say where a form was sent from. One too old to do so still names the origin, which the gate has compared. */
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

/** Of the task that an action is about, as far as the snapshot knows it. */
function titleOf({ live, actionLog }: WebContext, fields: Fields): string | null {
  const undone = fields.get("of");
  if (undone !== undefined) return actionLog.find(undone)?.title ?? null;
  const view = live.view();
  const row = view?.rowByKey.get(fields.get("task") ?? "");
  if (row !== undefined) return row.title;
  const run = fields.get("run");
  return view?.snapshot.tasks.find((task) => task.run?.id === run)?.title ?? null;
}

/** A failure that a person can mend is told; every other one is a bug, and the listener's business. */
async function perform(
  { actions, runs, guard, actionLog, clock, log }: WebContext,
  { name, fields }: Submission,
): Promise<Performed> {
  // The guard lets nobody act without both.
  if (actions === null || runs === null) throw new Error("An action was let in that nothing can do.");
  try {
    return await performAction(name, {
      fields,
      actions,
      runs,
      guard,
      actionLog,
      nowMs: clock.wallMs(),
    });
  } catch (error) {
    // What the store says of itself names files of this machine.
    if (error instanceof StoreError) {
      log.warn({ error, action: name }, "an action could not be written to the store");
      return STORE_REFUSED;
    }
    if (error instanceof UserError) return { kind: "refused", message: error.message, hint: error.hint };
    throw error;
  }
}

const STORE_REFUSED: Performed = {
  kind: "refused",
  message: "The store cannot be used at the moment, so nothing was changed.",
  hint: "Try again in a moment; `tasks doctor` says what is wrong with it.",
};

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
  title: "Only shown here",
  detail:
    "Through pages only somebody at the machine of the server may act, under localhost or a loopback address. The commands of `tasks` do the same.",
};

const ONLY_LOOKS = { code: "actions_refused", status: 403, title: "You can look" } as const;

const WORKER_REFUSED: WebProblem = {
  code: "actions_refused",
  status: 403,
  title: "For a person",
  detail:
    "The program that sent this was started by a worker. Pages act for a person; a worker uses the commands of `tasks`, which record that it was the worker.",
};

const FOREIGN_FORM: WebProblem = {
  code: "foreign_form",
  status: 403,
  title: "Not from a page of this server",
  detail: "Actions are taken from this server's own pages only, and this request does not say that it is.",
};

const TOKEN_REFUSED = {
  code: "form_token_refused",
  status: 403,
  title: "The page is too old",
  detail:
    "This request was not carried out: the server was restarted since the page was loaded, or the form's token is missing.",
  hint: "If you sent it before and got no answer, look first whether it was done. Go back, or send what you wrote from here.",
};

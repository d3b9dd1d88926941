// Who may act through pages, and what proves that a request comes from one of them (S4, U5, docs/who-acts.md). Only the
// user of this server may, at this machine: by their connection, or by the cookie of a one-time address.
//
// Two tokens beside that, both from a key that lives as long as this start of the server. The form token stands in every
// form and in no page of another site. A confirm token stands in the page that asks "really?" and says yes to exactly what
// that page named, for a while.

import { createHmac, randomBytes } from "node:crypto";
import type { ActingUser } from "../../ports/system/acting-user.ts";
import type { Clock } from "../../ports/system/clock.ts";
import type { Acting } from "../pages/parts/action-form.ts";
import { type Access, isLoopback } from "./access.ts";
import type { ActingCookie } from "./acting-cookie.ts";
import { parseHost } from "./host-name.ts";
import { rememberLast } from "./remember-last.ts";
import { sameText } from "./same-text.ts";
import { createViewers, type ViewedRequest, type Viewers } from "./viewer.ts";

/** `acts`: the user. `looks`: someone else. `shown`: there is nothing to act with, for anyone. */
export type Permission = "acts" | "looks" | "shown";

export type ActionGuard = {
  /** What pages offer to whoever sent this request. No promise once its connection is known. */
  permissionOf(request: ViewedRequest): Permission | Promise<Permission>;
  /** Whether a worker of a run sent it: the same user, and yet not the person. */
  isWorker: Viewers["isWorker"];
  /** For someone who may only look: how to act. */
  readonly lookNote: string;
  readonly formToken: string;
  isFormToken(given: string): boolean;
  /** `subject`: the action and everything that it ends. */
  confirmToken(subject: string): string;
  isConfirmToken(given: string, subject: string): boolean;
};

/** What the forms of a page carry; null where it may only show. */
export function actingOn(
  { formToken }: Pick<ActionGuard, "formToken">,
  standing: Permission,
  page: Pick<Acting, "back" | "id">,
): Acting | null {
  return standing === "acts" ? { token: formToken, ...page } : null;
}

/** Long enough to read what is asked and to go and look; a page left open over lunch asks again. */
export const CONFIRM_VALID_MS = 10 * 60_000;

const KEY_BYTES = 32;

export type ActionGuardOptions = {
  readonly access: Access;
  /** False for a server that only shows. */
  readonly canAct: boolean;
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly user: Pick<ActingUser, "name" | "peers">;
  readonly cookie: Pick<ActingCookie, "isIn">;
};

export function createActionGuard(options: ActionGuardOptions): ActionGuard {
  const { access, canAct, clock, user } = options;
  const viewers = createViewers(user.peers, options.cookie);
  const key = randomBytes(KEY_BYTES);
  const seal = (purpose: string, text: string) =>
    createHmac("sha256", key).update(`${purpose}\n${text}`, "utf8").digest("base64url");
  const formToken = seal("form", "");
  const isAtThisMachine = rememberLast((host) => isLoopback(parseHost(host)?.name ?? ""));
  return {
    permissionOf: (request) => {
      const isOffered = canAct && access.kind === "loopback" && isAtThisMachine(request.headers.host ?? "");
      if (!isOffered) return "shown";
      const isUser = viewers.isThisUser(request);
      return typeof isUser === "boolean" ? standingOf(isUser) : isUser.then(standingOf);
    },
    isWorker: viewers.isWorker,
    lookNote: `You can look; to act, run \`tasks open\` as ${user.name}.`,
    formToken,
    isFormToken: (given) => sameText(given, formToken),
    confirmToken: (subject) => {
      const untilMs = Math.round(clock.monotonicMs() + CONFIRM_VALID_MS);
      return `${untilMs}.${seal("confirm", `${untilMs}\n${subject}`)}`;
    },
    isConfirmToken: (given, subject) => {
      const [, until = "", sealed = ""] = /^(\d{1,16})\.([\w-]{43})$/.exec(given) ?? [];
      const isSealed = sameText(sealed, seal("confirm", `${until}\n${subject}`));
      return isSealed && clock.monotonicMs() <= Number(until);
    },
  };
}

function standingOf(isThisUser: boolean): Permission {
  return isThisUser ? "acts" : "looks";
}

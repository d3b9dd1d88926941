// Who may act through pages, and how a request proves that it comes from one (S4, U5, docs/who-acts.md). Only the
// server's user may act, on this machine, identified by the connection or by the cookie of a one-time address. Two
// tokens protect actions; both use a key that is new on each server start. The form token is in every form and cannot
// be read by another site. A confirm token is in the page that asks for confirmation; it is valid for a limited time
// and for exactly what that page named.

import { createHmac, randomBytes } from "node:crypto";
import { MINUTE_MS } from "../../core/values/durations.ts";
import type { ActingUser } from "../../ports/system/acting-user.ts";
import type { Clock } from "../../ports/system/clock.ts";
import { type Access, isLoopback } from "./access.ts";
import type { ActingCookie } from "./acting-cookie.ts";
import { parseHost } from "./host-name.ts";
import { rememberLast } from "./remember-last.ts";
import { sameText } from "./same-text.ts";
import { createViewers, type ViewedRequest, type Viewers } from "./viewer.ts";

/** `acts`: the user. `looks`: someone else. `shown`: this server offers no actions to anyone. */
export type Permission = "acts" | "looks" | "shown";

export type ActionGuard = {
  /** What pages offer the sender. Synchronous once the connection's user is known. */
  permissionOf(request: ViewedRequest): Permission | Promise<Permission>;
  /** Whether a worker of a run sent it: the same user account, but not the person. */
  isWorker: Viewers["isWorker"];
  /** Tells a read-only viewer how to act. */
  readonly lookNote: string;
  readonly formToken: string;
  isFormToken(given: string): boolean;
  /** `subject`: the action and everything that it ends. */
  confirmToken(subject: string): string;
  isConfirmToken(given: string, subject: string): boolean;
};

/** Long enough to read the question and check; a page left open over lunch asks again. */
export const CONFIRM_VALID_MS = 10 * MINUTE_MS;

const KEY_BYTES = 32;

export type ActionGuardOptions = {
  readonly access: Access;
  /** False for a read-only server. */
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
    lookNote: `View only. To act, run \`tasks open\` as ${user.name}.`,
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

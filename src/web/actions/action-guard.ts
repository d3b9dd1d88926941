// Who may act through pages, and what proves that a request comes from one of them (S4, U5). Only somebody at this
// machine may: the server has no names of people, so whoever acts is the one who started it.
//
// Two tokens, both from a key that lives as long as this start of the server. The form token stands in every form and
// in no page of another site. A confirm token stands in the page that asks "really?" and says yes to exactly what that
// page named, for a while.

import { createHmac, randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Clock } from "../../ports/clock.ts";
import { type Access, isLoopback } from "../listener/access.ts";
import { parseHost } from "../listener/host-name.ts";
import { sameText } from "../listener/same-text.ts";
import type { Acting } from "../pages/actions/action-form.ts";

export type ActionGuard = {
  /** Whether pages of this request have buttons at all. */
  mayAct(headers: Pick<IncomingHttpHeaders, "host">): boolean;
  readonly formToken: string;
  isFormToken(given: string): boolean;
  /** `subject`: the action and everything that it ends. */
  confirmToken(subject: string): string;
  isConfirmToken(given: string, subject: string): boolean;
};

/** What the forms of a page carry; null where it may only show. */
export function actingOn(
  guard: Pick<ActionGuard, "mayAct" | "formToken">,
  headers: Pick<IncomingHttpHeaders, "host">,
  page: Pick<Acting, "back" | "id">,
): Acting | null {
  return guard.mayAct(headers) ? { token: guard.formToken, ...page } : null;
}

/** Long enough to read what is asked and to go and look; a page left open over lunch asks again. */
export const CONFIRM_VALID_MS = 10 * 60_000;

const KEY_BYTES = 32;

export type ActionGuardOptions = {
  readonly access: Access;
  /** False for a server that only shows. */
  readonly canAct: boolean;
  readonly clock: Pick<Clock, "monotonicMs">;
};

export function createActionGuard({ access, canAct, clock }: ActionGuardOptions): ActionGuard {
  const key = randomBytes(KEY_BYTES);
  const seal = (purpose: string, text: string) =>
    createHmac("sha256", key).update(`${purpose}\n${text}`, "utf8").digest("base64url");
  const formToken = seal("form", "");
  return {
    mayAct: ({ host }) =>
      canAct && access.kind === "loopback" && isLoopback(parseHost(host ?? "")?.name ?? ""),
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

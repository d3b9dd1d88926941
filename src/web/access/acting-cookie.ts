// The cookie of a browser that was let in by a one-time address (docs/who-acts.md). The user's own key signs it, so that it
// is good for all servers of the user and after their restarts, and nobody else can make one.

import { createHmac, randomBytes } from "node:crypto";
import { cookiesOf } from "./cookies.ts";
import { sameText } from "./same-text.ts";

export type ActingCookie = {
  /** The value of Set-Cookie. */
  issue(): string;
  /** Whether a Cookie header holds a good one. */
  isIn(header: string | undefined): boolean;
};

/** Every port of a host shares one jar, and so do all servers of one user. */
const NAME = "tasks_acting";

/** Once a month is no burden, and a cookie that was copied somewhere ends. */
const VALID_S = 30 * 24 * 60 * 60;
const VALID_MS = VALID_S * 1000;

/** No two are alike, so that what is signed can be guessed from nothing. */
const NONCE_BYTES = 16;

export type ActingCookieOptions = { readonly key: Uint8Array; readonly nowMs: () => number };

export function createActingCookie({ key, nowMs }: ActingCookieOptions): ActingCookie {
  const seal = (text: string) =>
    createHmac("sha256", key).update(`acting cookie\n${text}`, "utf8").digest("base64url");
  const isGood = (value: string) => {
    const [, text = "", issued = "", sealed = ""] =
      /^((\d{1,15})\.[\w-]{22})\.([\w-]{43})$/.exec(value) ?? [];
    if (!sameText(sealed, seal(text))) return false;
    const ageMs = nowMs() - Number(issued);
    // One from later than now is from a clock that was set back, and its age cannot be known.
    return ageMs >= 0 && ageMs <= VALID_MS;
  };
  return {
    issue: () => {
      const text = `${Math.floor(nowMs())}.${randomBytes(NONCE_BYTES).toString("base64url")}`;
      return `${NAME}=${text}.${seal(text)}; Path=/; Max-Age=${VALID_S}; HttpOnly; SameSite=Strict`;
    },
    isIn: (header) => cookiesOf(header, NAME).some(isGood),
  };
}

// The cookie of a browser that opened a one-time address (docs/who-acts.md). It is signed with the user's own key, so
// it is valid for all servers of that user, survives restarts, and cannot be forged.

import { createHmac, randomBytes } from "node:crypto";
import { sameText } from "./same-text.ts";

export type ActingCookie = {
  /** The value of Set-Cookie. */
  issue(): string;
  /** Whether a Cookie header contains a valid one. */
  isIn(header: string | undefined): boolean;
};

/** Browsers share cookies between all ports of a host, so all servers of one user share this cookie. */
const NAME = "tasks_acting";

/** Limits the damage of a copied cookie; renewing it once a month is little effort. */
const VALID_S = 30 * 24 * 60 * 60;
const VALID_MS = VALID_S * 1000;

/** Makes every cookie unique, so that signed values cannot be predicted. */
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
    // A time in the future means that a clock was set back, so the age is unknown.
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
/** All values with this name: a page on another port of this host can set a second one and choose their order. */
export function cookiesOf(header: string | undefined, name: string): readonly string[] {
  return (header ?? "").split(";").flatMap((pair) => {
    const equals = pair.indexOf("=");
    const isMeant = equals !== -1 && pair.slice(0, equals).trim() === name;
    return isMeant ? [pair.slice(equals + 1).trim()] : [];
  });
}

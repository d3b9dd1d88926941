// Reads the token from a request and compares it in constant time. It comes as a Bearer token, or as the password of
// Basic authentication, which browsers prompt for.

import { sameText } from "./same-text.ts";

/** A function that says whether an Authorization header carries the token. */
export function createTokenCheck(token: string): (authorization: string | undefined) => boolean {
  return (authorization) => {
    const given = givenToken(authorization);
    return given !== null && sameText(given, token);
  };
}

/** Sent with a 401; makes browsers prompt for a password. */
export const CHALLENGE = ["WWW-Authenticate", 'Basic realm="Dataface Tasks", charset="UTF-8"'] as const;

function givenToken(authorization: string | undefined): string | null {
  const [, scheme, value] = /^(Bearer|Basic) +([^\s]+) *$/i.exec(authorization ?? "") ?? [];
  if (scheme === undefined || value === undefined) return null;
  if (scheme.toLowerCase() === "bearer") return value;
  const pair = Buffer.from(value, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon === -1 ? null : pair.slice(colon + 1);
}

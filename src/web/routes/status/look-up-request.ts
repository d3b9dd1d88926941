// The bar's Refresh also asks how pull requests are now: with script by a header, without by a parameter. It costs some
// of a budget that others share, so neither a load nor a nudge asks, nor anybody but a person at this server's machine.

import type { IncomingHttpHeaders } from "node:http";
import type { Permission } from "../../access/action-guard.ts";
import { LOOK_PARAMETER, parseStatusQuery, statusUrl } from "../../addresses/status-query.ts";
import { type Answer, NEVER_STORED } from "../../http/answer.ts";
import { LOOK_HEADER } from "../../live/protocol.ts";

const HEADER = LOOK_HEADER.toLowerCase();

/** Pages of this very server, and a person who types the address. Another port of this machine is another site (S5). */
const OWN_SITES: ReadonlySet<string | undefined> = new Set(["same-origin", "none", undefined]);

/** Whether this request asks for a look-up, and may. */
export function asksForLookUp(standing: Permission, headers: IncomingHttpHeaders, search: string): boolean {
  if (headers[HEADER] === undefined && !hasParameter(search)) return false;
  const isForeseen = headers["sec-purpose"] !== undefined;
  return OWN_SITES.has(headers["sec-fetch-site"]?.toString()) && !isForeseen && standing === "acts";
}

/** To the same page without the parameter, so that neither a reload nor a bookmark asks again; null without it. */
export function withoutLookUp(search: string): Answer | null {
  if (!hasParameter(search)) return null;
  const location = statusUrl(parseStatusQuery(new URLSearchParams(search)));
  return { status: 303, headers: ["Location", location, ...NEVER_STORED], body: [] };
}

function hasParameter(search: string): boolean {
  return search.includes(LOOK_PARAMETER) && new URLSearchParams(search).has(LOOK_PARAMETER);
}

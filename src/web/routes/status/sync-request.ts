// Refresh in the bar also syncs pull requests: by header with script, by parameter without. It uses an API limit that
// others share, so only a person on this machine may do it, and neither loads nor events do.

import type { IncomingHttpHeaders } from "node:http";
import type { Permission } from "../../access/action-guard.ts";
import { LOOK_PARAMETER, parseStatusQuery, statusUrl } from "../../addresses/status-query.ts";
import { type Answer, NEVER_STORED } from "../../http/answer.ts";
import { LOOK_HEADER } from "../../live/protocol.ts";

const HEADER = LOOK_HEADER.toLowerCase();

/** Pages of this server, and typed addresses. Another port of this machine is another site (S5). */
const OWN_SITES: ReadonlySet<string | undefined> = new Set(["same-origin", "none", undefined]);

/** Whether this request asks for a sync, and may. */
export function requestsSync(standing: Permission, headers: IncomingHttpHeaders, search: string): boolean {
  if (headers[HEADER] === undefined && !hasParameter(search)) return false;
  const isForeseen = headers["sec-purpose"] !== undefined;
  return OWN_SITES.has(headers["sec-fetch-site"]?.toString()) && !isForeseen && standing === "acts";
}

/** Redirects to the page without the parameter, so that reloads and bookmarks do not sync again; null without it. */
export function withoutSyncRequest(search: string): Answer | null {
  if (!hasParameter(search)) return null;
  const location = statusUrl(parseStatusQuery(new URLSearchParams(search)));
  return { status: 303, headers: ["Location", location, ...NEVER_STORED], body: [] };
}

function hasParameter(search: string): boolean {
  return search.includes(LOOK_PARAMETER) && new URLSearchParams(search).has(LOOK_PARAMETER);
}

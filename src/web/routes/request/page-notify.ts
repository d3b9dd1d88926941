// Whether a page is for a viewer who is notified: the server's own user, with a channel switched on.

import { channelsOf } from "../../../core/notify/outbox.ts";
import type { Permission } from "../../access/action-guard.ts";
import type { PageNotify } from "../../pages/html/layout.ts";
import type { WebContext } from "./web-context.ts";

export function pageNotify(
  { config, assets, outbox = null }: Pick<WebContext, "config" | "assets" | "outbox">,
  standing: Permission,
): PageNotify | null {
  if (outbox === null || standing !== "acts" || channelsOf(config.notify).length === 0) return null;
  return { script: config.notify.browser ? assets.urls.notify : null };
}

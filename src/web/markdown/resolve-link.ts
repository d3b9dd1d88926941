// Resolves a link in a Markdown file: other files under `tasks/` have pages, other repository files have none, and only
// web and mail addresses lead elsewhere.

import { documentUrl } from "../addresses/links.ts";
import { HEADING_ID_PREFIX } from "./heading-ids.ts";

/** Control, format and separator characters, spaces included. */
const INVISIBLE = /[\p{C}\p{Z}]/gu;
const OUTSIDE = /^(https?|mailto):/i;
const ANY_SCHEME = /^[a-z][a-z0-9+.-]*:/i;

/** The address to write, or null if the link leads nowhere. `file` is the Markdown file. */
export function resolveLink(href: string, file: string): string | null {
  // Browsers drop these before reading the scheme, so `java\tscript:` would be one (S11).
  const link = href.replace(INVISIBLE, "");
  if (link.startsWith("#"))
    return link.length > 1 ? `#${HEADING_ID_PREFIX}${link.slice(1).toLowerCase()}` : null;
  if (OUTSIDE.test(link)) return link;
  if (link === "" || ANY_SCHEME.test(link) || link.startsWith("//") || link.includes("\\")) return null;
  return relativeLink(link, file);
}

/** Against a made-up origin, so that `..` stays inside. */
function relativeLink(link: string, file: string): string | null {
  const base = new URL(`http://repository.invalid/${file}`);
  const target = URL.parse(link, base);
  if (target === null || target.origin !== base.origin) return null;
  const path = decoded(target.pathname)?.slice(1);
  if (path === undefined || !path.startsWith("tasks/") || !path.endsWith(".md") || path.includes("\\"))
    return null;
  const hash = target.hash.length > 1 ? `#${HEADING_ID_PREFIX}${target.hash.slice(1).toLowerCase()}` : "";
  return `${documentUrl(path)}${hash}`;
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    // A stray percent sign: none of our files has such an address.
    return null;
  }
}

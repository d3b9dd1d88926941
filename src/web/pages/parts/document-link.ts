// A link to the page of a file; only its name if it is not allowed in a path (S9).

import { documentUrl } from "../../addresses/links.ts";
import { type Html, html } from "../html/html.ts";

/** `file` is relative to the repository. */
export function documentLink(file: string, label: string): Html {
  const url = documentUrl(file);
  return url === null ? html`<bdi>${label}</bdi>` : html`<a href="${url}"><bdi>${label}</bdi></a>`;
}

// Makes headings linkable. The ids are added after sanitising and share a prefix, so no heading can take a name used by
// the page (DOM clobbering, S11).

export const HEADING_ID_PREFIX = "s-";

const HEADING = /<h([1-6])>(.*?)<\/h\1>/gs;
const NAME_MAX_LENGTH = 80;

/** Adds an id and a link to itself to every heading of sanitised HTML. */
export function addHeadingIds(safeHtml: string): string {
  const taken = new Map<string, number>();
  return safeHtml.replace(HEADING, (_, level: string, content: string) => {
    const id = unique(`${HEADING_ID_PREFIX}${headingName(content)}`, taken);
    const link = content.includes("<a ") ? content : `<a class="anchor" href="#${id}">${content}</a>`;
    return `<h${level} id="${id}">${link}</h${level}>`;
  });
}

/** "Possible Solutions" to "possible-solutions", as git hosts do, so their links work here. */
export function headingName(content: string): string {
  const name = content
    .replace(/<[^>]*>|&[a-z0-9#]+;/gi, "")
    .trim()
    .toLowerCase()
    .replace(/\s+/g, "-")
    .replace(/[^\p{L}\p{N}_-]/gu, "")
    .slice(0, NAME_MAX_LENGTH);
  return name === "" ? "section" : name;
}

function unique(id: string, taken: Map<string, number>): string {
  const count = taken.get(id) ?? 0;
  taken.set(id, count + 1);
  return count === 0 ? id : `${id}-${count}`;
}

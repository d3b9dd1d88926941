// What may be left of rendered Markdown: text, its structure, and links to pages. Nothing loads, runs, styles, or takes
// a name that the page's own script could stumble over (S8, S11).

import { resolveLink } from "./resolve-link.ts";

/** Rendered HTML and the file it came from to safe HTML. */
export type Sanitize = (rendered: string, file: string) => string;

const TEXT_TAGS = [
  "p",
  "br",
  "hr",
  "blockquote",
  "pre",
  "code",
  "kbd",
  "samp",
  "var",
  "abbr",
  "sub",
  "sup",
  "small",
];
const MARK_TAGS = ["em", "strong", "b", "i", "u", "s", "del", "ins", "mark", "q", "cite", "dfn", "wbr"];
const LIST_TAGS = ["ul", "ol", "li", "dl", "dt", "dd"];
const TABLE_TAGS = ["table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption"];
const HEADING_TAGS = ["h1", "h2", "h3", "h4", "h5", "h6"];

/** Tags nested deeper are dropped, their text is kept. */
const NESTING_LIMIT = 40;

/** Null when the package is missing: the caller then shows text. */
export async function loadSanitizer(): Promise<Sanitize | null> {
  const loaded = await import("./sanitize-html.ts").catch(() => null);
  if (loaded === null) return null;
  const { sanitizeHtml } = loaded;
  return (rendered, file) =>
    sanitizeHtml(rendered, {
      allowedTags: [
        ...TEXT_TAGS,
        ...MARK_TAGS,
        ...LIST_TAGS,
        ...TABLE_TAGS,
        ...HEADING_TAGS,
        "a",
        "details",
        "summary",
      ],
      allowedAttributes: { a: ["href", "rel", "title"], ol: ["start"], th: ["scope"] },
      allowedClasses: { li: ["box-item"] },
      allowedSchemes: ["http", "https", "mailto"],
      allowProtocolRelative: false,
      disallowedTagsMode: "discard",
      nestingLimit: NESTING_LIMIT,
      transformTags: {
        ...Object.fromEntries(HEADING_TAGS.map((tag, level) => [tag, demoted(level + 1)])),
        th: () => ({ tagName: "th", attribs: { scope: "col" } }),
        a: (_tag: string, attributes: Attributes) => ({
          tagName: "a",
          attribs: linkAttributes(attributes, file),
        }),
        img: (_tag: string, attributes: Attributes) => imageLink(attributes, file),
      },
    });
}

type Attributes = Record<string, string>;

const DEEPEST = 6;

/** The page has its own first and second level headings. */
function demoted(level: number) {
  return () => ({ tagName: `h${Math.min(DEEPEST, level + 1)}`, attribs: {} });
}

function linkAttributes({ href, title }: Attributes, file: string): Attributes {
  const target = href === undefined ? null : resolveLink(href, file);
  if (target === null) return {};
  const rel = target.startsWith("/") || target.startsWith("#") ? {} : { rel: "noopener noreferrer nofollow" };
  return { href: target, ...rel, ...(title === undefined ? {} : { title }) };
}

/** Nothing is fetched from anywhere by looking at a task: an image becomes a link to it. */
function imageLink({ src, alt }: Attributes, file: string) {
  const text = `image: ${alt || "no description"}`;
  return { tagName: "a", attribs: linkAttributes({ href: src ?? "" }, file), text };
}

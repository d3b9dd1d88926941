// What rendered Markdown may contain: text, its structure, and links. Nothing loads, runs, styles, or takes a name that
// the page's script uses (S8, S11).

import { resolveLink } from "./resolve-link.ts";

/** Sanitises HTML rendered from a file. */
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

/** Deeper tags are dropped; their text is kept. */
const NESTING_LIMIT = 40;

/** Null if the package is missing: the caller then shows text. */
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

/** First and second level headings belong to the page. */
function demoted(level: number) {
  return () => ({ tagName: `h${Math.min(DEEPEST, level + 1)}`, attribs: {} });
}

function linkAttributes({ href, title }: Attributes, file: string): Attributes {
  const target = href === undefined ? null : resolveLink(href, file);
  if (target === null) return {};
  const rel = target.startsWith("/") || target.startsWith("#") ? {} : { rel: "noopener noreferrer nofollow" };
  return { href: target, ...rel, ...(title === undefined ? {} : { title }) };
}

/** Viewing a task must not load anything, so an image becomes a link. */
function imageLink({ src, alt }: Attributes, file: string) {
  const text = `image: ${alt || "no description"}`;
  return { tagName: "a", attribs: linkAttributes({ href: src ?? "" }, file), text };
}

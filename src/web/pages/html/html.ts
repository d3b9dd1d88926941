// How pages make HTML: tagged templates that escape every value unless it is already HTML (S12). As in JSX, line breaks
// with their indentation are dropped next to tags and values, and become one space inside text or between attributes.
// Write a space that matters on the line.

import { html as escapingTemplate, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

export type Html = HtmlEscapedString;
export type HtmlValue = Html | string | number | false | null | undefined | readonly HtmlValue[];

const compacted = new WeakMap<TemplateStringsArray, TemplateStringsArray>();

/** Template tag. Escapes strings, prints numbers, joins lists, leaves out false and null. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  // Never a promise, because no value is one.
  return escapingTemplate(compact(strings), ...values) as Html;
}

/** Text that is already HTML: only for sanitised Markdown and constants. */
export function trustedHtml(text: string): Html {
  return raw(text);
}

/** An attribute with a leading space, or nothing if the value is null. */
export function attribute(name: string, value: string | number | null): Html | null {
  return value === null ? null : html` ${raw(name)}="${value}"`;
}

function compact(strings: TemplateStringsArray): TemplateStringsArray {
  const known = compacted.get(strings);
  if (known !== undefined) return known;
  const texts = strings.map((text) =>
    text.replace(/(^|.)\n\s*(?=(.?))/g, (_, before: string, after: string) =>
      before === "" || before === ">" || after === "" || after === "<" ? before : `${before} `,
    ),
  );
  const made = Object.assign(texts, { raw: texts }) as unknown as TemplateStringsArray;
  compacted.set(strings, made);
  return made;
}

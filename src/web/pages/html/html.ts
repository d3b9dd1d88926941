// The one way pages make HTML: tagged templates that escape every value unless it is HTML already (S12).
// Line breaks with their indentation are dropped beside tags and values, as in JSX, and are one space inside text or
// between attributes: sources stay readable and pages small. A space that matters is written on the line.

import { html as escapingTemplate, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

export type Html = HtmlEscapedString;
export type HtmlValue = Html | string | number | false | null | undefined | readonly HtmlValue[];

const compacted = new WeakMap<TemplateStringsArray, TemplateStringsArray>();

/** Template tag. Strings are escaped, numbers printed, lists joined, false and null left out. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  // Never a promise: no value can be one.
  return escapingTemplate(compact(strings), ...values) as Html;
}

/** Text that is HTML already: only for what the Markdown sanitiser returned and for constants. */
export function trustedHtml(text: string): Html {
  return raw(text);
}

/** An attribute, leading space included, or nothing when the value is null. */
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

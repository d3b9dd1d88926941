import { describe, expect, it } from "vitest";
import { attribute, html, trustedHtml } from "./html.ts";

const check = (actual: unknown, expected: string) => expect(String(actual)).toBe(expected);

describe("html", () => {
  it("S12: escapes every value, in text and in attributes", () => {
    check(
      html`<a title="${`"'><script>`}">${"<&>"}</a>`,
      '<a title="&quot;&#39;&gt;&lt;script&gt;">&lt;&amp;&gt;</a>',
    );
    check(attribute("title", `" onclick="x`), ' title="&quot; onclick=&quot;x"');
  });

  it("takes HTML, lists and numbers as they are, and leaves out what is not there", () => {
    check(html`${[html`<i>${1}</i>`, ["a", null]]}${false}${undefined}${trustedHtml("<b>")}`, "<i>1</i>a<b>");
    check(attribute("title", null), "null");
  });

  it("drops line breaks beside tags and values, and keeps one space between words and attributes", () => {
    check(
      html`<p class="a"
      id="b">
      one
      two
      ${"three"}
    </p>`,
      '<p class="a" id="b">one twothree</p>',
    );
  });
});

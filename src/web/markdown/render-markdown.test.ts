import { describe, expect, it } from "vitest";
import { createMarkdown, renderMarkdown } from "./render-markdown.ts";

const FILE = "tasks/workstreams/infra/tasks/fix-ci.md";

function render(text: string): string {
  return String(renderMarkdown({ text, file: FILE }));
}

function check(text: string, expected: string): void {
  expect(render(text)).toBe(`<div class="prose">${expected}</div>`);
}

describe("Markdown of task files", () => {
  it("has headings one can link to, below those of the page", () => {
    check(
      "## Possible Solutions\n## Possible Solutions",
      '<h3 id="s-possible-solutions"><a class="anchor" href="#s-possible-solutions">Possible Solutions</a></h3>\n<h3 id="s-possible-solutions-1"><a class="anchor" href="#s-possible-solutions-1">Possible Solutions</a></h3>\n',
    );
  });

  it("has tables with scoped headings", () => {
    const table = render("| a | b |\n|---|---|\n| 1 | 2 |");
    expect(table).toContain('<th scope="col">a</th>');
    expect(table).toContain("<td>2</td>");
  });

  it("has strikethrough and boxes that are no controls", () => {
    check("~~old~~", "<p><s>old</s></p>\n");
    check(
      "- [x] done\n- [ ] open",
      '<ul>\n<li class="box-item">☑ done</li>\n<li class="box-item">☐ open</li>\n</ul>\n',
    );
  });

  it.each([
    ["[a](../../other/tasks/b.md)", 'href="/docs/workstreams/other/tasks/b.md"'],
    ["[a](./b.md#Plan)", 'href="/docs/workstreams/infra/tasks/b.md#s-plan"'],
    ["[a](#plan)", 'href="#s-plan"'],
    ["[a](https://example.org/x)", 'href="https://example.org/x" rel="noopener noreferrer nofollow"'],
    ["https://example.org/x", 'href="https://example.org/x"'],
  ])("links %s", (text, expected) => expect(render(text)).toContain(expected));

  it.each([
    "[a](../../../../etc/passwd)",
    "[a](/etc/passwd.md)",
    "[a](../../../../secret.md)",
    "[a](//evil.example/x.md)",
    "[a](\\\\evil.example\\x.md)",
    "[a](b.txt)",
  ])("S9: %s leads nowhere", (text) => expect(render(text)).not.toContain("href"));

  it.each([
    "![a cat](https://evil.example/cat.png)",
    '<img src="https://evil.example/cat.png" alt="a cat" onerror="x()">',
  ])("S8: %s is a link, nothing is loaded", (text) => {
    expect(render(text)).toContain(">image: a cat</a>");
    expect(render(text)).not.toContain("<img");
  });

  it("S11: without the sanitiser the text is shown as text", () => {
    const plain = String(createMarkdown(null)({ text: "<b>x</b> **y**", file: FILE }));
    expect(plain).toContain("&lt;b&gt;x&lt;/b&gt; **y**");
  });

  it("S15: what is too long is shown as text", () => {
    expect(render(`[${"[".repeat(200_000)}`)).toContain('<pre class="source">');
    expect(render("[".repeat(20_000))).toContain('<pre class="source">');
  });

  it("S15: patterns that cost the square of their length end in time", () => {
    const texts = [
      `${"[".repeat(9000)}\n`,
      `${"*a_ ".repeat(2400)}\n`,
      `${"> ".repeat(4900)}x\n`,
      "[a](b) ".repeat(1400),
      `${"<div>".repeat(1900)}\n`,
      "`".repeat(9999),
      `${"![".repeat(4900)}\n`,
    ];
    for (const text of texts) {
      const startedAt = performance.now();
      render(text.repeat(Math.max(1, Math.floor(20_000 / text.length))));
      // A bound for hangs, generous for a loaded machine.
      expect(performance.now() - startedAt, text.slice(0, 8)).toBeLessThan(3000);
    }
  });
});

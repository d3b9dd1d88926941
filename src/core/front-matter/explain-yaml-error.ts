// Turns the parser's error into a sentence for people. The usual slips (a colon in a title, a tab, an open quote) are
// recognized by the line they stand on; the rest keeps the parser's own words.

import { YAMLException } from "js-yaml";
import { countLines } from "../text/count-lines.ts";
import { quotedForm } from "./quoted-form.ts";

type Explanation = { readonly because: string; readonly advice: string };

/** What went wrong and what to do, as parts of a problem's sentences, and how many line feeds precede the line to blame. */
export function explainYamlError(error: unknown, yaml: string): Explanation & { readonly lineFeeds: number } {
  if (!(error instanceof YAMLException)) {
    return { because: "the parser gave up on it", advice: SEE_FORMAT, lineFeeds: 0 };
  }
  const offset = blamedOffset(error, yaml);
  const line = lineAt(yaml, offset);
  const lineFeeds = countLines(yaml, 0, offset);
  for (const explain of EXPLANATIONS) {
    const explanation = explain(line, error.reason);
    if (explanation !== null) return { ...explanation, lineFeeds };
  }
  return { because: error.reason, advice: SEE_FORMAT, lineFeeds };
}

/** A line that is no key is noticed by the parser only at the next one. */
function blamedOffset({ reason, mark }: YAMLException, yaml: string): number {
  const offset = Math.min(mark?.position ?? 0, yaml.length);
  if (!reason.startsWith(NO_KEY)) return offset;
  return yaml.slice(0, yaml.lastIndexOf("\n", Math.max(0, offset - 1))).trimEnd().length;
}

const NO_KEY = "can not read a block mapping entry";

const ON_LINES = "Write each entry on a line of its own below the key, after a dash.";

const ONE_OWNER = "Write the person's slug alone, without @ and brackets, such as owner: dave.";

const SEE_FORMAT = "Compare this line and the one above with docs/format.md.";

type Explain = (line: string, reason: string) => Explanation | null;

const EXPLANATIONS: readonly Explain[] = [
  (_, reason) =>
    reason.startsWith("nesting exceeded") || reason.startsWith("null byte")
      ? { because: reason, advice: "Keep the front matter to plain keys, texts and lists of texts." }
      : null,

  (line) =>
    /^ *\t/.test(line)
      ? { because: "a tab stands where only spaces indent", advice: "Replace the tab by spaces." }
      : null,

  (line) => {
    const [, key, value] = /^([\w-]+): +([^\s"'[{|>].*?: .*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) return null;
    return {
      because: "the value holds a colon and a space, which YAML takes for another key",
      advice: `Put the value in quotes: ${quotedForm(key, value.trimEnd())}.`,
    };
  },

  (line) => {
    const [, key, value] = /^([\w-]+): +((?:[@`%*&!|>]|[-?] ).*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) return null;
    if (key === "dependencies" && value.startsWith("- "))
      return { because: "a list begins on the line of its key", advice: ON_LINES };
    if (key === "owner" && value.startsWith("@"))
      return { because: "a value cannot begin with @ outside quotes", advice: ONE_OWNER };
    return {
      because: `a value cannot begin with ${value[0]} outside quotes`,
      advice: `Put the value in quotes: ${quotedForm(key, value.trimEnd())}.`,
    };
  },

  (line) => {
    const [, key, first] = /^([\w-]+): +\[(?:.*[\s,[])?([@`%])/.exec(line) ?? [];
    if (key === undefined || first === undefined) return null;
    return {
      because: `an entry of a list cannot begin with ${first} outside quotes`,
      advice: key === "owner" ? ONE_OWNER : "Put each entry that has one in quotes.",
    };
  },

  (line, reason) => {
    const [, key, value] = /^([\w-]+): +([[{].*[\]}].*[^\]}\s].*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined || reason !== "bad indentation of a mapping entry")
      return null;
    return {
      because: "text goes on behind the closing bracket",
      advice: `Put the value in quotes: ${quotedForm(key, value.trimEnd())}.`,
    };
  },

  (line, reason) => {
    const [, key, value] = /^([\w-]+): +"(.*)"\s*$/.exec(line) ?? [];
    if (key === undefined || value === undefined || reason !== "unknown escape sequence") return null;
    return {
      because: "in double quotes a backslash has a meaning of its own",
      advice: `Use single quotes: ${quotedForm(key, value, "single")}.`,
    };
  },

  (line) =>
    /^([\w-]+): +(["']).*\2./.test(line)
      ? {
          because: "text goes on behind the closing quote",
          advice: "Put all of the value in quotes; inside single quotes write '' for a quote.",
        }
      : null,

  (_, reason) =>
    reason.startsWith("unexpected end") || reason === "deficient indentation"
      ? {
          because: "a quote or bracket that was opened above is not closed",
          advice: "Close it on the line where it was opened.",
        }
      : null,

  (line) =>
    /^[\w-]+:\S/.test(line)
      ? {
          because: "there is no space behind the colon",
          advice: "Write the key, a colon, a space and the value.",
        }
      : null,

  (_, reason) =>
    reason.startsWith(NO_KEY)
      ? {
          because: "this line is not a key with its value",
          advice: "Write each key as name, colon, space and value; indent a text that goes on.",
        }
      : null,

  (_, reason) =>
    reason === "bad indentation of a mapping entry"
      ? {
          because: "this line fits neither the line above nor a new key",
          advice: "Begin each key at the left edge, and put a text with special characters in quotes.",
        }
      : null,
];

function lineAt(yaml: string, offset: number): string {
  const start = yaml.lastIndexOf("\n", Math.max(0, offset - 1)) + 1;
  const end = yaml.indexOf("\n", start);
  return yaml.slice(start, end === -1 ? yaml.length : end);
}

// Turns the parser's error into a sentence for people. Common mistakes (a colon in a title, a tab, an open quote) are
// recognised by their line; for the rest the parser's own words stay.

import { YAMLException } from "js-yaml";
import { countLines } from "../text/count-lines.ts";
import { quotedForm } from "./write-text.ts";

type Explanation = { readonly because: string; readonly hint: string };

/** What went wrong, what to do, and how many line feeds precede the line. */
export function explainYamlError(error: unknown, yaml: string): Explanation & { readonly lineFeeds: number } {
  if (!(error instanceof YAMLException)) {
    return { because: "the parser gave up on it", hint: SEE_FORMAT, lineFeeds: 0 };
  }
  const offset = blamedOffset(error, yaml);
  const line = lineAt(yaml, offset);
  const lineFeeds = countLines(yaml, 0, offset);
  for (const explain of EXPLANATIONS) {
    const explanation = explain(line, error.reason);
    if (explanation !== null) return { ...explanation, lineFeeds };
  }
  return { because: error.reason, hint: SEE_FORMAT, lineFeeds };
}

/** The parser notices a line that is not a key only at the next one. */
function blamedOffset({ reason, mark }: YAMLException, yaml: string): number {
  const offset = Math.min(mark?.position ?? 0, yaml.length);
  if (!reason.startsWith(NO_KEY)) return offset;
  return yaml.slice(0, yaml.lastIndexOf("\n", Math.max(0, offset - 1))).trimEnd().length;
}

const NO_KEY = "can not read a block mapping entry";

const ON_LINES = "Write each entry on a separate line below the key, after a dash.";

const ONE_OWNER = "Write only the person's slug, without @ and brackets, such as owner: dave.";

const SEE_FORMAT = "Compare this line and the one above with docs/format.md.";

type Explain = (line: string, reason: string) => Explanation | null;

const EXPLANATIONS: readonly Explain[] = [
  (_, reason) =>
    reason.startsWith("nesting exceeded") || reason.startsWith("null byte")
      ? { because: reason, hint: "Use only plain keys, texts and lists of texts." }
      : null,

  (line) =>
    /^ *\t/.test(line)
      ? { because: "it is indented with a tab", hint: "Replace the tab with spaces." }
      : null,

  (line) => {
    const [, key, value] = /^([\w-]+): +([^\s"'[{|>].*?: .*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) return null;
    return {
      because: "the value contains a colon and a space, which YAML takes for another key",
      hint: `Put the value in quotes: ${quotedForm(key, value.trimEnd())}.`,
    };
  },

  (line) => {
    const [, key, value] = /^([\w-]+): +((?:[@`%*&!|>]|[-?] ).*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) return null;
    if (key === "dependencies" && value.startsWith("- "))
      return { because: "a list starts on the line of its key", hint: ON_LINES };
    if (key === "owner" && value.startsWith("@"))
      return { because: "a value cannot start with @ outside quotes", hint: ONE_OWNER };
    return {
      because: `a value cannot start with ${value[0]} outside quotes`,
      hint: `Put the value in quotes: ${quotedForm(key, value.trimEnd())}.`,
    };
  },

  (line) => {
    const [, key, first] = /^([\w-]+): +\[(?:.*[\s,[])?([@`%])/.exec(line) ?? [];
    if (key === undefined || first === undefined) return null;
    return {
      because: `an entry of a list cannot start with ${first} outside quotes`,
      hint: key === "owner" ? ONE_OWNER : "Put each such entry in quotes.",
    };
  },

  (line, reason) => {
    const [, key, value] = /^([\w-]+): +([[{].*[\]}].*[^\]}\s].*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined || reason !== "bad indentation of a mapping entry")
      return null;
    return {
      because: "there is text after the closing bracket",
      hint: `Put the value in quotes: ${quotedForm(key, value.trimEnd())}.`,
    };
  },

  (line, reason) => {
    const [, key, value] = /^([\w-]+): +"(.*)"\s*$/.exec(line) ?? [];
    if (key === undefined || value === undefined || reason !== "unknown escape sequence") return null;
    return {
      because: "in double quotes a backslash starts an escape sequence",
      hint: `Use single quotes: ${quotedForm(key, value, "single")}.`,
    };
  },

  (line) =>
    /^([\w-]+): +(["']).*\2./.test(line)
      ? {
          because: "there is text after the closing quote",
          hint: "Put the whole value in quotes; inside single quotes write '' for a quote.",
        }
      : null,

  (_, reason) =>
    reason.startsWith("unexpected end") || reason === "deficient indentation"
      ? {
          because: "a quote or bracket that was opened above is not closed",
          hint: "Close it on the line where it was opened.",
        }
      : null,

  (line) =>
    /^[\w-]+:\S/.test(line)
      ? {
          because: "there is no space after the colon",
          hint: "Write the key, a colon, a space and the value.",
        }
      : null,

  (_, reason) =>
    reason.startsWith(NO_KEY)
      ? {
          because: "this line is not a key with its value",
          hint: "Write each key as name, colon, space and value; indent continued text.",
        }
      : null,

  (_, reason) =>
    reason === "bad indentation of a mapping entry"
      ? {
          because: "this line neither continues the line above nor starts a key",
          hint: "Start each key at the left edge, and put text with special characters in quotes.",
        }
      : null,
];

function lineAt(yaml: string, offset: number): string {
  const start = yaml.lastIndexOf("\n", Math.max(0, offset - 1)) + 1;
  const end = yaml.indexOf("\n", start);
  return yaml.slice(start, end === -1 ? yaml.length : end);
}

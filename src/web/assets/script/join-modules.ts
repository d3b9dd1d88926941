// Joins the script's modules into one file: one request, one digest, better compression. The modules share no top-level
// names, so removing imports and exports is enough.

const IMPORT = /^import [^;]*;\n/gm;
const EXPORT = /^export (?=(?:async )?(?:function|const|class))/gm;
/** Only whole comment lines and whole JSDoc blocks, so that no string is touched. */
const COMMENT_LINE = /^\s*\/\/.*\n/gm;
const COMMENT_BLOCK = /^\s*\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n/gm;
const INLINE_TYPE = /\/\*\* @type (?:(?!\*\/).)*\*\/ ?/g;
const INDENT = /^\s+/gm;

/** `sources` in dependency order, the entry point last. */
export function joinModules(sources: readonly string[]): string {
  return sources
    .join("\n")
    .replace(COMMENT_BLOCK, "")
    .replace(COMMENT_LINE, "")
    .replace(IMPORT, "")
    .replace(EXPORT, "")
    .replace(INLINE_TYPE, "")
    .replace(INDENT, "");
}

// The script is written as a few modules and sent as one: one request, one digest, and a better compression. No bundler
// at run time: the modules share no top-level name, so joining them is leaving their imports and exports out.

const IMPORT = /^import [^;]*;\n/gm;
const EXPORT = /^export (?=(?:async )?(?:function|const|class))/gm;
/** Comments are for readers of the sources. Only whole lines and whole JSDoc blocks, so that no string is touched. */
const COMMENT_LINE = /^\s*\/\/.*\n/gm;
const COMMENT_BLOCK = /^\s*\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n/gm;
const INLINE_TYPE = /\/\*\* @type (?:(?!\*\/).)*\*\/ ?/g;
const INDENT = /^\s+/gm;

/** Modules in order of dependency, the one that starts everything last. */
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

// A commit as git stores it: header lines, an empty line, the message. Text is Latin-1 here, one character a byte, so that
// names and messages in any encoding stay what they are.

export type CommitObject = {
  readonly parents: readonly string[];
  readonly signed: boolean;
  /** The same commit elsewhere in history: author, message and all that is not named keep every byte. */
  moved(to: { readonly tree: string; readonly parent: string; readonly committer: string }): Buffer;
};

export function parseCommit(bytes: Uint8Array): CommitObject {
  const text = Buffer.from(bytes).toString("latin1");
  const end = text.indexOf("\n\n");
  // A value goes on in lines that begin with a space.
  const headers = text.slice(0, end).split(/\n(?! )/);
  const valuesOf = (name: string): readonly string[] =>
    headers.flatMap((header) => (header.startsWith(`${name} `) ? [header.slice(name.length + 1)] : []));
  return {
    parents: valuesOf("parent"),
    signed: headers.some((header) => /^gpgsig(?:-sha256)? /.test(header)),
    moved({ tree, parent, committer }) {
      const kept = headers.filter((header) => !/^(?:tree|parent|committer) /.test(header));
      const [author, ...rest] = kept;
      const own = [`tree ${tree}`, `parent ${parent}`, author, `committer ${asBytes(committer)}`, ...rest];
      return Buffer.from(own.join("\n") + text.slice(end), "latin1");
    },
  };
}

function asBytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

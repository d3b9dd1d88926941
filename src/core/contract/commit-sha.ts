/** The full hash of a commit, in lower case. */
export type CommitSha = string & { readonly __brand: "CommitSha" };

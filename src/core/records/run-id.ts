/** Unique across repositories, so that the id in a process's environment identifies its run. */
export type RunId = string & { readonly __brand: "RunId" };

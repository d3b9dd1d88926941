// The lines that an earlier version added to git's hooks with `tasks hooks install`.

export type HookResult = {
  readonly name: "post-merge" | "post-checkout";
  /** For people: relative where it is inside the repository. */
  readonly path: string;
  /** `taken_out`: only our lines were removed. `deleted`: the file held nothing else. `unchanged`: it holds none of ours. */
  readonly did: "taken_out" | "deleted" | "unchanged" | "refused";
  /** Why it was refused and what to do; null otherwise. */
  readonly message: string | null;
};

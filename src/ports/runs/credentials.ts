// What signs agents in on this machine, distinguished without being read.

export type Credentials = {
  /** Changes when the credentials of this kind of worker do; null where there is nothing to look at. */
  stamp(kind: string): string | null;
};

// The keys of front matter as they are read.

/** A value that is not a text; `found` names it in a sentence. */
export type OddValue = { readonly kind: "list" | "keys" | "alias" | "repeated"; readonly found: string };

/** A list to be checked; `lines` has the 1-based line of each item. */
export type ListValue = {
  readonly kind: "items";
  readonly items: readonly (string | null | OddValue)[];
  readonly lines: readonly number[];
};

/** A list of distinct texts, none empty; `lines` has the 1-based line of each. */
export type TextList = {
  readonly kind: "texts";
  readonly texts: readonly string[];
  readonly lines: readonly number[];
};

/** Null is an empty value, `~` or `null`. */
export type FrontMatterValue = string | null | TextList | ListValue | OddValue;

export type FrontMatterEntry = {
  readonly key: string;
  /** 1-based line of the key. */
  readonly line: number;
  readonly value: FrontMatterValue;
  /**
   * The rest of the line as written, if YAML reads something else: it cuts off a comment, an anchor or a tag, or an escape
   * makes an invisible character. Null for nearly every value.
   */
  readonly written: string | null;
};

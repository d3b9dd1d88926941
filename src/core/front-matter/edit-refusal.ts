// Why a text was not changed: an answer, never an exception, so that whoever asked can say it with the file's name.

export type EditRefusal = {
  readonly kind: "refused";
  /** 1-based, in the file; null where no one line is at fault. */
  readonly line: number | null;
  /** One sentence: what is in the way. */
  readonly why: string;
  /** One sentence: what to do instead. */
  readonly remedy: string;
};

export type EditedText = { readonly kind: "edited"; readonly text: string } | EditRefusal;

// A cursor of /status.json: which snapshot is read, and after which task the next page begins. It is sealed over the
// question it was given for, so that one that was changed, cut, or sent with other filters is refused and not misread.

import { hash } from "node:crypto";

export type PageCursor = {
  readonly epoch: number;
  readonly seq: number;
  /** Key of the last task of the page before. */
  readonly after: string;
};

const SEAL_CHARACTERS = 16;

/** `question` is all that decides which tasks the list has. */
export function writeCursor({ epoch, seq, after }: PageCursor, question: string): string {
  const text = Buffer.from(JSON.stringify([epoch, seq, after]), "utf8").toString("base64url");
  return `${text}.${sealOf(text, question)}`;
}

/** Null for what writeCursor() never gave for this question. */
export function readCursor(cursor: string, question: string): PageCursor | null {
  const [text = "", seal] = cursor.split(".");
  if (seal !== sealOf(text, question)) return null;
  const [epoch, seq, after] = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  return { epoch, seq, after };
}

/** No secret: whoever makes one of their own reads what they may read anyway. */
function sealOf(text: string, question: string): string {
  return hash("sha256", JSON.stringify([text, question]), "base64url").slice(0, SEAL_CHARACTERS);
}

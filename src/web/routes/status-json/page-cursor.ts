// The cursor of /status.json: its snapshot, and the last task returned. It is sealed together with the query, so a
// changed cursor or other filters are refused rather than misread.

import { hash } from "node:crypto";

export type PageCursor = {
  readonly epoch: number;
  readonly seq: number;
  /** Key of the previous page's last task. */
  readonly after: string;
};

const SEAL_CHARACTERS = 16;

/** `question`: everything that decides which tasks the list has. */
export function writeCursor({ epoch, seq, after }: PageCursor, question: string): string {
  const text = Buffer.from(JSON.stringify([epoch, seq, after]), "utf8").toString("base64url");
  return `${text}.${sealOf(text, question)}`;
}

/** Null unless writeCursor() made it for this question. */
export function readCursor(cursor: string, question: string): PageCursor | null {
  const [text = "", seal] = cursor.split(".");
  if (seal !== sealOf(text, question)) return null;
  const [epoch, seq, after] = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  return { epoch, seq, after };
}

/** Not a secret: a forged cursor reads nothing that is not readable anyway. */
function sealOf(text: string, question: string): string {
  return hash("sha256", JSON.stringify([text, question]), "base64url").slice(0, SEAL_CHARACTERS);
}

// Reads the body of an action: a form or a flat JSON object. Other types are refused unread, above all `text/plain`,
// which another site's page can send without permission (S4).

import type { IncomingMessage } from "node:http";
import { BODY_MAX_BYTES, BODY_TOO_LARGE } from "./gate.ts";
import type { WebProblem } from "./problem-json.ts";

/** Each name once; the last value wins. */
export type Fields = ReadonlyMap<string, string>;

export type FieldsRead =
  | { readonly kind: "read"; readonly fields: Fields; readonly format: "form" | "json" }
  | { readonly kind: "refused"; readonly problem: WebProblem };

/** Reads at most 64 KB, whatever the headers say. */
export async function readFields(request: IncomingMessage): Promise<FieldsRead> {
  const [type = ""] = (request.headers["content-type"] ?? "").split(";");
  const format = FORMATS.get(type.trim().toLowerCase());
  if (format === undefined) return { kind: "refused", problem: MEDIA_TYPE_REFUSED };
  const body = await readBody(request);
  if (body === "too large") return { kind: "refused", problem: BODY_TOO_LARGE };
  if (body === "broken off") return { kind: "refused", problem: BODY_MALFORMED };
  const fields = format === "form" ? formFields(body.text) : jsonFields(body.text);
  return fields === null ? { kind: "refused", problem: BODY_MALFORMED } : { kind: "read", fields, format };
}

const FORMATS: ReadonlyMap<string, "form" | "json"> = new Map([
  ["application/x-www-form-urlencoded", "form"],
  ["application/json", "json"],
]);

async function readBody(
  request: IncomingMessage,
): Promise<{ readonly text: string } | "too large" | "broken off"> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      size += part.byteLength;
      if (size > BODY_MAX_BYTES) return "too large";
      parts.push(part);
    }
  } catch {
    // The sender is gone or too slow; not a bug.
    return "broken off";
  }
  return { text: Buffer.concat(parts).toString("utf8") };
}

/** Browsers send CRLF line ends. */
function formFields(body: string): Fields {
  return new Map([...new URLSearchParams(body)].map(([name, value]) => [name, withPlainEnds(value)]));
}

/** Strings, numbers and booleans; `false` and null are left out, like an unchecked box. Null for anything else. */
function jsonFields(body: string): Fields | null {
  const given = parsedObject(body);
  if (given === null) return null;
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === false) continue;
    if (typeof value === "object") return null;
    fields.set(name, withPlainEnds(String(value)));
  }
  return fields;
}

function parsedObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function withPlainEnds(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

const MEDIA_TYPE_REFUSED: WebProblem = {
  code: "media_type_refused",
  status: 415,
  title: "Not a form",
  detail: "Send actions as a form (application/x-www-form-urlencoded) or as JSON (application/json).",
};

const BODY_MALFORMED: WebProblem = {
  code: "body_malformed",
  status: 400,
  title: "Cannot read the form",
  detail: "The JSON of an action must be one object of strings, numbers and booleans.",
};

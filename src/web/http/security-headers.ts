// The headers of every answer, refusals of the parser included (S7). Written from one constant list, since computing
// them per request costs a third of the throughput. There is no Access-Control header on purpose (S3).

import { SERVER_NAME } from "./listen.ts";

/** Everything comes from this origin, as files; nothing is inline, framed or sent elsewhere. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join("; ");

/** Name, value, name, value. */
export const SECURITY_HEADERS: readonly string[] = [
  "Content-Security-Policy",
  CONTENT_SECURITY_POLICY,
  "X-Content-Type-Options",
  "nosniff",
  "Referrer-Policy",
  "no-referrer",
  "Cross-Origin-Resource-Policy",
  "same-origin",
  "Cross-Origin-Opener-Policy",
  "same-origin",
  "Server",
  SERVER_NAME,
];

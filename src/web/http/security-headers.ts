// The headers of every answer, parser errors included (S7). A constant list, since computing them per request costs a
// third of the throughput. Deliberately no Access-Control header (S3).

import { SERVER_NAME } from "./listen.ts";

/** Everything is loaded from this origin as files; nothing is inline, framed or sent elsewhere. */
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

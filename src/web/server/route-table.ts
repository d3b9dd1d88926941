// All routes of the server: for the metrics' labels and docs/http-api.md.

export const ROUTES = [
  "/",
  "/status",
  "/status.json",
  "/status/events",
  "/tasks",
  "/tasks/:slug",
  "/tasks/:workstream/:slug",
  "/runs",
  "/runs/:id",
  "/runs/:id/log",
  "/actions/:name",
  "/open/:secret",
  "/opened",
  "/docs/:path",
  "/workstreams",
  "/workstreams/:slug",
  "/milestones",
  "/milestones/:slug",
  "/activity",
  "/search",
  "/workers",
  "/notifications",
  "/notifications.json",
  "/costs",
  "/costs.json",
  "/night",
  "/night.json",
  "/night/seen",
  "/schemas/:name",
  "/assets/:digest/:name",
  "/livez",
  "/readyz",
  "/metrics",
] as const;
export type RoutePattern = (typeof ROUTES)[number];

/** For requests without a route: refused at the gate, or an unknown address. */
export type RouteLabel = RoutePattern | "refused" | "other";

export type MatchedRoute = {
  readonly pattern: RoutePattern;
  /** Decoded. */
  readonly params: Readonly<Record<string, string>>;
};

const EXACT: ReadonlyMap<string, MatchedRoute> = new Map(
  ROUTES.filter((pattern) => !pattern.includes(":")).map((pattern) => [pattern, { pattern, params: {} }]),
);

const SHAPES = ROUTES.filter((pattern) => !EXACT.has(pattern)).map((pattern) => ({
  pattern,
  parts: pattern.split("/"),
}));

/** The route of a path that passed the gate. */
export function matchRoute(path: string): MatchedRoute | null {
  const exact = EXACT.get(path);
  if (exact !== undefined) return exact;
  const segments = path.split("/");
  for (const { pattern, parts } of SHAPES) {
    const params = paramsOf(parts, segments);
    if (params !== null) return { pattern, params };
  }
  return null;
}

/** Null if the path has another shape. `:path` takes all that is left. */
function paramsOf(parts: readonly string[], segments: readonly string[]): Record<string, string> | null {
  const takesRest = parts.at(-1) === ":path";
  if (takesRest ? segments.length < parts.length : segments.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [at, part] of parts.entries()) {
    const segment = part === ":path" ? segments.slice(at).join("/") : (segments[at] ?? "");
    if (part.startsWith(":") ? segment === "" : segment !== part) return null;
    if (part.startsWith(":")) params[part.slice(1)] = decodeURIComponent(segment);
  }
  return params;
}

/** The route of a path; null for a request refused at the gate. Unlike paths, a fixed set. */
export function routeLabel(path: string | null): RouteLabel {
  return path === null ? "refused" : (matchRoute(path)?.pattern ?? "other");
}

// All routes of the server: for the metrics' labels and docs/http-api.md.

export const ROUTES = [
  "/",
  "/status",
  "/status.json",
  "/status/events",
  "/tasks",
  "/tasks/:slug",
  "/tasks/:workstream/:slug",
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
  "/schemas/:name",
  "/assets/:digest/:name",
  "/livez",
  "/readyz",
  "/metrics",
] as const;
type Route = (typeof ROUTES)[number];

/** For requests without a route: refused at the gate, or an unknown address. */
export type RouteLabel = Route | "refused" | "other";

const EXACT: ReadonlySet<string> = new Set(ROUTES.filter((route) => !route.includes(":")));

/** The route of a path; null for a request refused at the gate. Unlike paths, a fixed set. */
export function routeLabel(path: string | null): RouteLabel {
  if (path === null) return "refused";
  if (EXACT.has(path)) return path as Route;
  const [, first, ...rest] = path.split("/");
  const shapes = ROUTES.filter((route) => route.startsWith(`/${first}/:`));
  if (shapes.length <= 1) return shapes[0] ?? "other";
  return shapes.find((route) => route.split("/").length === rest.length + 2) ?? "other";
}

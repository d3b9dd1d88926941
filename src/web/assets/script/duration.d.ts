export function durationText(durationMs: number): string;
export function tickText(kind: "for" | "ago" | "least" | "least_ago", durationMs: number): string;

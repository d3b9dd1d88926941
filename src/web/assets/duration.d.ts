export function durationText(durationMs: number): string;
export function tickText(kind: "for" | "ago" | "least", durationMs: number): string;

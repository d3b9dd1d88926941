const UNITS = ["B", "KB", "MB", "GB"] as const;

/** `912 B`, `4.2 MB`: sizes as people compare them, in steps of 1000. */
export function fileSize(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${UNITS[unit]}`;
}

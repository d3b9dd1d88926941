// Formats times of day and dates, in one time zone for the whole page: the server's, which on a loopback server is the
// reader's. Each page names the zone at its foot.

const formats = new Map<keyof typeof OPTIONS, Intl.DateTimeFormat>();

/** "12:04:31". */
export function clockText(atMs: number): string {
  return format("clock").format(atMs);
}

/** "12:04". */
export function shortClockText(atMs: number): string {
  return clockText(atMs).slice(0, 5);
}

/** "2026-03-24 12:04:31 GMT+1": exact, for titles and print. */
export function exactText(atMs: number): string {
  if (!isShowable(atMs)) return "unknown";
  return format("exact").format(atMs).replace(",", "");
}

/** "UTC+1", at that time. */
export function zoneText(atMs: number): string {
  const parts = isShowable(atMs) ? format("zone").formatToParts(atMs) : [];
  const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? "UTC";
  return name.replace("GMT", "UTC").replace(/\+0$/, "");
}

/** "24 Mar", with the year if it is not that of `nowMs`. */
export function dayText(atMs: number, nowMs: number): string {
  if (!isShowable(atMs)) return "unknown";
  const sameYear = new Date(atMs).getUTCFullYear() === new Date(nowMs).getUTCFullYear();
  return format(sameYear ? "day" : "year").format(atMs);
}

/** Whether two times fall on the same day in the page's zone. */
export function isSameDay(oneMs: number, otherMs: number): boolean {
  return format("year").format(oneMs) === format("year").format(otherMs);
}

let zone: string | null = null;

/** The IANA name of the default zone. Cached, because the system call takes up to 15 ms. */
export function serverZone(): string {
  zone ??= Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone;
}

function isShowable(atMs: number): boolean {
  return Number.isFinite(atMs);
}

const OPTIONS = {
  clock: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
  exact: {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  },
  zone: { timeZoneName: "shortOffset" },
  day: { day: "numeric", month: "short" },
  year: { day: "numeric", month: "short", year: "numeric" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** Creating a format costs a hundred times more than using it. Swedish gives ISO order. */
function format(kind: keyof typeof OPTIONS): Intl.DateTimeFormat {
  const known = formats.get(kind);
  if (known !== undefined) return known;
  const locale = kind === "exact" ? "sv-SE" : "en-GB";
  const made = new Intl.DateTimeFormat(locale, OPTIONS[kind]);
  formats.set(kind, made);
  return made;
}

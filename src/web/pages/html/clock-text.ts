// Times of day and dates as people read them, in one time zone for the whole page: the server's own, which on a
// loopback server is the reader's. Every page names it once, at its foot.

const formats = new Map<string, Intl.DateTimeFormat>();

/** "12:04:31". */
export function clockText(atMs: number, timeZone: string | undefined): string {
  return format("clock", timeZone).format(atMs);
}

/** "12:04". */
export function shortClockText(atMs: number, timeZone: string | undefined): string {
  return clockText(atMs, timeZone).slice(0, 5);
}

/** "2026-03-24 12:04:31 GMT+1": exact, for titles and print. */
export function exactText(atMs: number, timeZone: string | undefined): string {
  if (!isShowable(atMs)) return "unknown";
  return format("exact", timeZone).format(atMs).replace(",", "");
}

/** "UTC+1", at that moment. */
export function zoneText(atMs: number, timeZone: string | undefined): string {
  const parts = isShowable(atMs) ? format("zone", timeZone).formatToParts(atMs) : [];
  const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? "UTC";
  return name.replace("GMT", "UTC").replace(/\+0$/, "");
}

/** "24 Mar", with the year when it is not that of `nowMs`. */
export function dayText(atMs: number, nowMs: number, timeZone: string | undefined): string {
  if (!isShowable(atMs)) return "unknown";
  const sameYear = new Date(atMs).getUTCFullYear() === new Date(nowMs).getUTCFullYear();
  return format(sameYear ? "day" : "year", timeZone).format(atMs);
}

/** Whether two times fall on the same day in the page's zone. */
export function isSameDay(oneMs: number, otherMs: number, timeZone: string | undefined): boolean {
  return format("year", timeZone).format(oneMs) === format("year", timeZone).format(otherMs);
}

let zone: string | null = null;

/** IANA name of the zone times are written in when none is chosen. Asking the system takes up to 15 ms, so once. */
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

/** Making a format costs a hundred times more than using it. The exact one is Swedish for its ISO order. */
function format(kind: keyof typeof OPTIONS, timeZone: string | undefined): Intl.DateTimeFormat {
  const key = `${kind} ${timeZone ?? ""}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const locale = kind === "exact" ? "sv-SE" : "en-GB";
  const made = new Intl.DateTimeFormat(locale, { ...OPTIONS[kind], timeZone });
  formats.set(key, made);
  return made;
}

// The idle baseline: a Node process that only wakes up, so many times a second, until it is ended.

/** Nothing wakes up less often than once in this. */
const RAREST_MS = 60_000;

const perSecond = Number(process.argv[2]);
setInterval(() => {}, Math.min(1000 / perSecond, RAREST_MS));

// The commands that are started again and again, by cron, by agents and beside each worker: the build puts them into one
// file, dist/often.js. Plain JavaScript without imports: it is read before anything else is.

/** Names as in the command list. */
export const OFTEN_STARTED = ["heartbeat", "supervise"];

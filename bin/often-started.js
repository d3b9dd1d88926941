// The commands that are started often, by cron, by agents and beside each worker: the build bundles each of them in one
// file, dist/<name>.js. Plain JavaScript without imports: it is read before anything else.

/** Names as in the command list. */
export const OFTEN_STARTED = ["heartbeat", "supervise"];

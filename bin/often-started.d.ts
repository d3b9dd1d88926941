/** Names as in the command list. */
export const OFTEN_STARTED: readonly string[];

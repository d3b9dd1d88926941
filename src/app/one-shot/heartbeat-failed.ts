import { UserError } from "../../core/contract/user-error.ts";

/** `detail`: a sentence. */
export function heartbeatFailed(detail: string): UserError {
  return new UserError({
    code: "heartbeat_failed",
    message: `The update failed: ${detail}`,
    hint: "The last snapshot is kept. Run `tasks heartbeat` again once the cause is gone.",
  });
}

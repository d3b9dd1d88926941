import type { Failure } from "../../core/contract/user-error.ts";
import { UserError } from "../../core/contract/user-error.ts";

/** An edit of a file is refused: nothing was written. */
export function editRefused({ message, hint }: Pick<Failure, "message" | "hint">): UserError {
  return new UserError({ code: "edit_refused", message: `${message} Nothing was written.`, hint });
}

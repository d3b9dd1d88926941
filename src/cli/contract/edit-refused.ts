// A refused edit as the error that the command line prints: exit code 1, nothing was written.

import { UserError } from "../../core/contract/user-error.ts";

export function editRefused({
  message,
  hint,
}: {
  readonly message: string;
  readonly hint: string;
}): UserError {
  return new UserError({ code: "edit_refused", message: `${message} Nothing was written.`, hint });
}

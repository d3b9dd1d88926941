import type { Held } from "../../records/scoped-pause.ts";

/** Why a run waits in the queue: "Limited", "Waits for CI 8812". Pages add its time, in the reader's zone. */
export function heldWords({ cause, on }: Pick<Held, "cause" | "on">): string {
  switch (cause) {
    case "limit":
      return "Limited";
    case "overloaded":
      return "Service overloaded";
    case "network":
      return "No network";
    case "signed_out":
      return "Signed out";
    case "billing":
      return "Account cannot pay";
    case "setup":
      return "Set-up fails";
    case "wait":
      return `Waits for ${on}`;
    case "memory":
      return "Waits to run alone";
  }
}

// Where a supervisor writes what its agent does: events in order, and the digest of what it does now.

import type { AgentActivity } from "../../core/agent/activity/agent-activity.ts";
import type { TimedEvent } from "../../core/agent/contract/agent-event.ts";

/** No method throws for what a file system does: what cannot be written is dropped and counted. */
export type RunEvents = {
  write(event: TimedEvent): void;
  /** Replaces the digest. False: it could not. */
  writeActivity(activity: AgentActivity): boolean;
  /** The text as it may be stored: without secrets, those of the worker's environment and copied files included. */
  clean(text: string): string;
  /** Safe to call twice. */
  close(): void;
};

// Lines of Claude Code's stream that say nothing to people who read a transcript: skipped by name, so that whatever a new
// version adds is seen (as a line that was not understood) until someone has looked at it.

import { cutText, TEXT_MAX } from "../contract/agent-event.ts";

/** Of the SDK's types and of 2.1.332 itself. */
export const SKIPPED_TYPES: ReadonlySet<string> = new Set([
  ...[
    "auth_status",
    "control_response",
    "conversation_reset",
    "keep_alive",
    "prompt_suggestion",
    "stream_event",
  ],
  ...["tool_progress", "tool_use_summary", "update_environment_variables", "command_lifecycle"],
]);

/** Subtypes of `system`. */
export const SKIPPED_SYSTEM: ReadonlySet<string> = new Set([
  ...["background_tasks_changed", "commands_changed", "compact_boundary", "control_request_progress"],
  ...["elicitation_complete", "files_persisted", "hook_progress", "hook_response", "hook_started"],
  ...[
    "informational",
    "instruction_size_warning",
    "late_allow_not_run",
    "local_command",
    "local_command_output",
  ],
  ...["memory_recall", "memory_saved", "mirror_error", "model_fallback", "model_consent_fallback"],
  ...["model_refusal_fallback", "model_refusal_no_fallback", "notification", "per_turn_effort_changed"],
  ...["permission_check_status", "permission_retry", "plugin_install", "post_turn_summary"],
  ...["session_metadata", "session_state_changed", "session_title_changed", "session_writes_lost"],
  ...["shell_cwd", "status", "stop_hook_summary", "task_notification", "task_progress", "task_started"],
  ...[
    "task_summary",
    "task_updated",
    "thinking_tokens",
    "turn_duration",
    "turn_starting",
    "vcs_state_changed",
  ],
  "worker_shutting_down",
  // Of its own screens and hosts: the program has them, no recording does.
  ...[
    "agents_killed",
    "away_summary",
    "bridge_state",
    "bridge_status",
    "checkpoint_done",
    "cloud_session_delta",
  ],
  ...["cloud_session_status", "code_change_published", "dev_intent", "feedback_draft_queued"],
  ...["file_attachments_missing", "file_snapshot", "inherited_asks_settled", "peer_message_hold", "placed"],
  ...["rewind_stand_in", "scheduled_task_fire", "start_folder", "tool_host_result", "turn_began_before_init"],
  ...["turn_handoff_available", "turn_preempted", "ui_focus", "ui_invalidate", "ui_log", "ui_notify"],
  ...["ui_notify_cancel", "ui_panes", "ui_placed", "ui_scroll", "ui_status", "ui_toast", "voice_call_talk"],
]);

/** Why it was not understood, unless it is skipped. */
export function unknownLine(what: string, type: unknown, skipped?: ReadonlySet<string>): string | null {
  if (typeof type !== "string") return `${what} without a type`;
  return skipped?.has(type) === true
    ? null
    : cutText(`${what} of type ${JSON.stringify(type)}`, TEXT_MAX.line);
}

// Lines of Copilot's stream that say nothing to people who read a transcript. Ephemeral ones (previews of what comes whole, its
// own state) are skipped unless they are named in copilot-conversation.ts; of the others, these.

export const SKIPPED_LINES: ReadonlySet<string> = new Set([
  ...[
    "assistant.intent",
    "assistant.turn_end",
    "assistant.turn_start",
    "assistant.usage",
    "hook.end",
    "hook.start",
  ],
  ...[
    "mcp.server_status_changed",
    "pending_messages.modified",
    "permission.completed",
    "permission.requested",
  ],
  ...[
    "session.compaction_complete",
    "session.compaction_start",
    "session.context_changed",
    "session.handoff",
  ],
  ...["session.idle", "session.mcp_servers_loaded", "session.mode_changed", "session.model_change"],
  ...["session.permissions_changed", "session.plan_changed", "session.resume", "session.shutdown"],
  ...["session.skills_loaded", "session.snapshot_rewind", "session.start", "session.task_complete"],
  ...["session.title_changed", "session.truncation", "session.usage_info", "session.warning"],
  ...["session.workspace_file_changed", "skill.invoked", "subagent.completed", "subagent.deselected"],
  ...["subagent.failed", "subagent.selected", "subagent.started", "system.message", "system.notification"],
  "tool.user_requested",
]);

// Notifications of `codex app-server` that carry nothing for people, or nothing that another one does not carry too.

/** Not even sent: pieces of what comes whole later. */
export const UNWANTED_METHODS = [
  "item/agentMessage/delta",
  "item/plan/delta",
  "item/commandExecution/outputDelta",
  "item/commandExecution/terminalInteraction",
  "item/fileChange/outputDelta",
  "item/fileChange/patchUpdated",
  "item/mcpToolCall/progress",
  "item/reasoning/summaryTextDelta",
  "item/reasoning/summaryPartAdded",
  "item/reasoning/textDelta",
  "rawResponseItem/completed",
  "rawResponse/completed",
  "turn/diff/updated",
] as const;

const AREAS =
  /^(?:thread\/(?!tokenUsage\/)|skills\/|project\/|hook\/|command\/exec\/|process\/|mcpServer\/|account\/(?!rateLimits\/)|app\/|remoteControl\/|externalAgentConfig\/|fs\/|model\/|modelProvider\/|fuzzyFileSearch\/|windows\/|windowsSandbox\/|item\/autoApprovalReview\/started$|autoApprovalReview\/)/;

const SILENT_METHODS: ReadonlySet<string> = new Set([
  ...UNWANTED_METHODS,
  "turn/moderationMetadata",
  "warning",
  "guardianWarning",
  "deprecationNotice",
  "configWarning",
]);

export function isSilentMethod(method: string): boolean {
  return SILENT_METHODS.has(method) || AREAS.test(method);
}

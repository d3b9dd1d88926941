// The connection to an agent of the Agent Client Protocol, by its SDK. Loaded when such a worker starts.

import { type AnyMessage, client, methods, PROTOCOL_VERSION, RequestError } from "@agentclientprotocol/sdk";
import { type JsonRecord, recordOf } from "../lines/json-value.ts";
import type { AcpPermission } from "./acp-permission.ts";

export type AcpStream = {
  readonly readable: ReadableStream<AnyMessage>;
  readonly writable: WritableStream<AnyMessage>;
};

/** Replies are records without a check of their fields. A refused request rejects (`readAcpError`). */
export type AcpAgent = {
  initialize(): Promise<JsonRecord>;
  newSession(cwd: string): Promise<JsonRecord>;
  loadSession(sessionId: string, cwd: string): Promise<JsonRecord>;
  resumeSession(sessionId: string, cwd: string): Promise<JsonRecord>;
  prompt(sessionId: string, text: string): Promise<JsonRecord>;
  cancel(sessionId: string): void;
};

/** `decide`: the id of an option; null where the turn was cancelled in the meantime. */
export function connectAcp(
  stream: AcpStream,
  decide: (permission: AcpPermission) => Promise<string | null>,
): AcpAgent {
  const { agent } = client({ name: "dataface-tasks" })
    .onRequest(methods.client.session.requestPermission, async ({ params }) => {
      const optionId = await decide(params);
      return { outcome: optionId === null ? { outcome: "cancelled" } : { outcome: "selected", optionId } };
    })
    .connect(stream);
  return {
    initialize: async () =>
      recordOf(
        await agent.request(methods.agent.initialize, {
          protocolVersion: PROTOCOL_VERSION,
          clientInfo: { name: "dataface-tasks", version: "1" },
          clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
        }),
      ),
    newSession: async (cwd) =>
      recordOf(await agent.request(methods.agent.session.new, { cwd, mcpServers: [] })),
    loadSession: async (sessionId, cwd) =>
      recordOf(await agent.request(methods.agent.session.load, { sessionId, cwd, mcpServers: [] })),
    resumeSession: async (sessionId, cwd) =>
      recordOf(await agent.request(methods.agent.session.resume, { sessionId, cwd, mcpServers: [] })),
    prompt: async (sessionId, text) =>
      recordOf(
        await agent.request(methods.agent.session.prompt, { sessionId, prompt: [{ type: "text", text }] }),
      ),
    cancel: (sessionId) => {
      // A closed connection has nothing to cancel.
      agent.notify(methods.agent.session.cancel, { sessionId }).catch(() => {});
    },
  };
}

export type AcpFailure = {
  /** Of JSON-RPC; null when no reply came. */
  readonly code: number | null;
  readonly message: string;
  readonly data: JsonRecord;
};

export function readAcpError(error: unknown): AcpFailure {
  if (error instanceof RequestError) {
    return { code: error.code, message: error.message, data: recordOf(error.data) };
  }
  return { code: null, message: error instanceof Error ? error.message : String(error), data: {} };
}

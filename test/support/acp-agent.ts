// An agent of the Agent Client Protocol in twenty lines, as a process: `node acp-agent.ts`. It does what its prompt says.

import { Readable, Writable } from "node:stream";
import { type AgentContext, agent, methods, ndJsonStream } from "@agentclientprotocol/sdk";

const say = (client: AgentContext, sessionId: string, text: string) =>
  client.notify(methods.client.session.update, {
    sessionId,
    update: { sessionUpdate: "agent_message_chunk", content: { type: "text", text } },
  });

let stop: (() => void) | null = null;

agent({ name: "twenty-lines" })
  .onRequest(methods.agent.initialize, () => ({
    protocolVersion: 1,
    agentInfo: { name: "twenty-lines", version: "1.2.3" },
    agentCapabilities: { sessionCapabilities: { resume: {} } },
  }))
  .onRequest(methods.agent.session.new, () => ({ sessionId: "s1" }))
  .onRequest(methods.agent.session.resume, () => ({}))
  .onNotification(methods.agent.session.cancel, () => stop?.())
  .onRequest(methods.agent.session.prompt, async ({ client, params: { sessionId, prompt } }) => {
    const [first] = prompt;
    const text = first?.type === "text" ? first.text : "";
    await say(client, sessionId, `I read: ${text}`);
    if (text === "exit") process.exit(3);
    if (text === "wait") await new Promise<void>((stopped) => (stop = stopped));
    if (text === "wait") return { stopReason: "cancelled" };
    if (text !== "ask") return { stopReason: "end_turn" };
    const { outcome } = await client.request(methods.client.session.requestPermission, {
      sessionId,
      toolCall: { toolCallId: "t1", title: "touch z", kind: "execute", rawInput: { command: "touch z" } },
      options: [
        { optionId: "a-7", name: "Yes", kind: "allow_once" },
        { optionId: "b-8", name: "No", kind: "reject_once" },
      ],
    });
    await say(client, sessionId, outcome.outcome === "selected" ? outcome.optionId : "cancelled");
    return { stopReason: "end_turn" };
  })
  .connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)));

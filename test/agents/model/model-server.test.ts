import { afterEach, expect, test } from "vitest";
import { type ModelServer, startModel } from "./model-server.ts";
import { plan, type Step, say, shell } from "./steps.ts";

let model: ModelServer | undefined;
afterEach(async () => model?.stop());

const STEPS: readonly Step[] = [say("I look.", [shell("ls")]), { kind: "limit", resetsInSeconds: 60 }];
const SHAPES = [
  ["/v1/messages?beta=true", { tools: [{ name: "Bash" }], stream: true }, '"name":"Bash"'],
  ["/v1/responses", { tools: [{ type: "function", name: "exec_command" }], stream: true }, '"exec_command"'],
  ["/v1/chat/completions", { tools: [{ function: { name: "bash" } }], stream: true }, '"name":"bash"'],
  [
    "/v1beta/models/m:streamGenerateContent?alt=sse",
    { tools: [{ functionDeclarations: [{ name: "run_shell_command" }] }] },
    '"run_shell_command"',
  ],
] as const;

test.each(SHAPES)(
  "K71: %s carries the steps of a script, one for each request with tools",
  async (path, body, call) => {
    model = await startModel(STEPS, "/");
    const aside = await post(path, { ...body, tools: [] });
    const first = await post(path, body);
    const second = await post(path, body);
    expect([aside.status, first.status, second.status]).toEqual([200, 200, 429]);
    expect(aside.text).toContain("A title");
    expect(first.text).toContain("I look.");
    expect(first.text).toContain(call);
    expect(model.requests.map((request) => request.body)).toEqual([body, body]);
  },
);

test.each(SHAPES)("K71: %s breaks off where the script says so", async (path, body) => {
  model = await startModel([{ kind: "cut", text: "I begin to" }], "/");
  await expect(post(path, body)).rejects.toThrow();
});

test("K71: a list becomes the calls that change it, where an agent keeps it item by item", async () => {
  const started = plan(["Read", "in_progress"], ["Write", "pending"]);
  const ended = plan(["Read", "completed"], ["Write", "pending"]);
  model = await startModel([say("", [started]), say("", [ended])], "/");
  const body = { tools: [{ name: "TaskCreate" }] };
  const names = async () =>
    [...(await post("/v1/messages", body)).text.matchAll(/"name":"(\w+)"/g)].map((m) => m[1]);
  expect(await names()).toEqual(["TaskCreate", "TaskUpdate", "TaskCreate"]);
  expect(await names()).toEqual(["TaskUpdate"]);
});

async function post(path: string, body: object): Promise<{ status: number; text: string }> {
  const answer = await fetch(`http://127.0.0.1:${model?.port}${path}`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  return { status: answer.status, text: await answer.text() };
}

// Records the corpus of agents' streams: `node test/agents/record.ts [FOLDER [SITUATION]]`. Each situation runs the real agent
// against the scripted model and keeps its stdout as it is, in test/streams/FOLDER/SITUATION.jsonl; where the channel has two
// ways, the lines written to it are beside it (SITUATION.in.jsonl). Ids, paths and ports become words.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AgentKind } from "./drive/agent-kind.ts";
import { makeScratch } from "./drive/scratch.ts";
import { startModel } from "./model/model-server.ts";
import { ACP_COPILOT, ACP_GEMINI } from "./record/acp.ts";
import { CLAUDE } from "./record/claude.ts";
import { cleaned } from "./record/clean.ts";
import { CODEX } from "./record/codex.ts";
import { COPILOT } from "./record/copilot.ts";
import { GEMINI } from "./record/gemini.ts";
import { OPENCODE } from "./record/opencode.ts";
import { makeBench, type Situation } from "./record/situation.ts";

const CORPUS = fileURLToPath(new URL("../streams", import.meta.url));
/** Folder of the corpus -> the agents recorded in it. */
const FOLDERS: Readonly<Record<string, readonly (readonly [AgentKind, readonly Situation[]])[]>> = {
  claude: [["claude", CLAUDE]],
  codex: [["codex", CODEX]],
  gemini: [["gemini", GEMINI]],
  opencode: [["opencode", OPENCODE]],
  copilot: [["copilot", COPILOT]],
  acp: [
    ["copilot", ACP_COPILOT],
    ["gemini", ACP_GEMINI],
  ],
};

const [chosenFolder, chosenName] = process.argv.slice(2);
for (const [folder, agents] of Object.entries(FOLDERS)) {
  if (chosenFolder !== undefined && folder !== chosenFolder) continue;
  for (const [kind, situations] of agents) {
    for (const situation of situations) {
      if (chosenName === undefined || situation.name === chosenName) await record(folder, kind, situation);
    }
  }
}

async function record(folder: string, kind: AgentKind, { name, script, act }: Situation): Promise<void> {
  const scratch = makeScratch();
  const model = await startModel(script, scratch.repo);
  try {
    const recording = await act(makeBench(kind, scratch, model));
    const clean = (text: string) => cleaned(text, { ...scratch, port: model.port, words: recording.words });
    mkdirSync(join(CORPUS, folder), { recursive: true });
    const output = clean(recording.output);
    writeFileSync(join(CORPUS, folder, `${name}.jsonl`), output);
    const sent = recording.sent.map((line) => `${clean(line)}\n`).join("");
    if (sent !== "") writeFileSync(join(CORPUS, folder, `${name}.in.jsonl`), sent);
    console.log(`${folder}/${name}: ${output.length} bytes, ${model.requests.length} requests`);
  } finally {
    await model.stop();
    scratch.remove();
  }
}

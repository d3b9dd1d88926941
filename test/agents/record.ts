// Records the corpus of agents' streams: `node test/agents/record.ts [KIND [SITUATION]]`. Each situation runs the real agent
// against the scripted model and keeps its stdout as it is, in test/streams/KIND/SITUATION.jsonl; where the channel has two
// ways, the lines written to it are beside it (SITUATION.in.jsonl). Ids, paths and ports become words.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeScratch } from "./drive/scratch.ts";
import { startModel } from "./model/model-server.ts";
import { CLAUDE } from "./record/claude.ts";
import { cleaned } from "./record/clean.ts";
import { CODEX } from "./record/codex.ts";
import { COPILOT } from "./record/copilot.ts";
import { GEMINI } from "./record/gemini.ts";
import { OPENCODE } from "./record/opencode.ts";
import { makeBench, type Situation } from "./record/situation.ts";

const CORPUS = fileURLToPath(new URL("../streams", import.meta.url));
const SITUATIONS = {
  claude: CLAUDE,
  codex: CODEX,
  gemini: GEMINI,
  opencode: OPENCODE,
  copilot: COPILOT,
} as const;
type Recorded = keyof typeof SITUATIONS;

const [chosenKind, chosenName] = process.argv.slice(2);
for (const kind of Object.keys(SITUATIONS).filter(isRecorded)) {
  if (chosenKind !== undefined && kind !== chosenKind) continue;
  for (const situation of SITUATIONS[kind]) {
    if (chosenName === undefined || situation.name === chosenName) await record(kind, situation);
  }
}

async function record(kind: Recorded, { name, script, act }: Situation): Promise<void> {
  const scratch = makeScratch();
  const model = await startModel(script, scratch.repo);
  try {
    const recording = await act(makeBench(kind, scratch, model));
    const clean = (text: string) => cleaned(text, { ...scratch, port: model.port, words: recording.words });
    mkdirSync(join(CORPUS, kind), { recursive: true });
    const output = clean(recording.output);
    writeFileSync(join(CORPUS, kind, `${name}.jsonl`), output);
    const sent = recording.sent.map((line) => `${clean(line)}\n`).join("");
    if (sent !== "") writeFileSync(join(CORPUS, kind, `${name}.in.jsonl`), sent);
    console.log(`${kind}/${name}: ${output.length} bytes, ${model.requests.length} requests`);
  } finally {
    await model.stop();
    scratch.remove();
  }
}

function isRecorded(name: string): name is Recorded {
  return Object.hasOwn(SITUATIONS, name);
}

// A situation of the corpus: what the model does, how the agent is driven, and which of its streams is kept.

import { type Channel, type ChannelOptions, openChannel } from "../drive/channel.ts";
import type { Scratch } from "../drive/scratch.ts";
import type { ModelServer } from "../model/model-server.ts";
import type { Step } from "../model/steps.ts";

export type Bench = {
  readonly scratch: Scratch;
  readonly model: ModelServer;
  /** Starts the agent in the scratch repository. */
  readonly open: (options: Pick<ChannelOptions, "args" | "input" | "env">) => Channel;
};

export type Situation = {
  /** The name of its file, and what a test of a parser calls it. */
  readonly name: string;
  readonly script: readonly Step[];
  /** Resolves to the stream to keep when the agent has ended, or was ended. */
  readonly act: (bench: Bench) => Promise<Recording>;
};

export type Recording = {
  readonly output: string;
  readonly sent: readonly string[];
  /** Ids of sessions, turns and calls of this recording, each with the word that replaces it. */
  readonly words: ReadonlyMap<string, string>;
};

/** The session every recording is in, where the agent lets its caller choose. */
export const SESSION_ID = "5e551011-0000-4000-8000-000000000001";

export function makeBench(kind: ChannelOptions["kind"], scratch: Scratch, model: ModelServer): Bench {
  return {
    scratch,
    model,
    open: (options) => openChannel({ kind, scratch, port: model.port, ...options }),
  };
}

/** The whole stream of an agent that has ended. */
export async function whole(
  channel: Channel,
  ids: ReadonlyMap<string, string> = new Map(),
): Promise<Recording> {
  await channel.ended;
  return { output: channel.output(), sent: channel.sent, words: ids };
}

// The kinds of the product that real agents stand behind; TEST_AGENTS names those to drive (all without it).

import type { AgentKind } from "../../../src/core/agent/contract/agent-kind.ts";
import { AGENT_KINDS as KINDS } from "../../../src/core/agent/kinds/agent-kinds.ts";
import { AGENT_KINDS, type AgentKind as RealAgent } from "./agent-kind.ts";

const chosen = process.env["TEST_AGENTS"]?.split(",");

export const AGENTS_UNDER_TEST: readonly (readonly [RealAgent, AgentKind])[] = AGENT_KINDS.flatMap(
  (agent) => {
    const kind = KINDS.find(({ name }) => name === agent);
    const isChosen = chosen === undefined || chosen.includes(agent);
    return kind !== undefined && isChosen ? [[agent, kind] as const] : [];
  },
);

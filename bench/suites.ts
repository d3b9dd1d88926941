// All suites, in the order in which they are taken.

import { agentEventFigures } from "./figures/agent-events.ts";
import { answerFigures, waitFigures } from "./figures/answers.ts";
import { rowFigures } from "./figures/browser.ts";
import { codeFigures } from "./figures/code.ts";
import { heartbeatFigures, showFigures } from "./figures/commands.ts";
import { cycleFigures } from "./figures/cycles.ts";
import { pullFigures, writingFigures } from "./figures/edits.ts";
import { idleFigures } from "./figures/idle.ts";
import { installFigures } from "./figures/install.ts";
import { largeFigures } from "./figures/large.ts";
import { memoryFigures } from "./figures/memory.ts";
import { peerFigures } from "./figures/peer.ts";
import { runFigures } from "./figures/runs.ts";
import { shapeFigures } from "./figures/shapes.ts";
import { syncFigures } from "./figures/syncs.ts";
import { viewerFigures } from "./figures/viewers.ts";
import { weightFigures } from "./figures/weight.ts";
import type { Suite } from "./suite.ts";

const SMALL = 1_000;
const MIDDLE = 10_000;
const BOTH = [SMALL, MIDDLE];
export const LARGE = 100_000;

export const SUITES: readonly Suite[] = [
  {
    name: "cycles",
    requirements: ["P1", "P2", "P10"],
    sizes: BOTH,
    guardedSizes: BOTH,
    take: cycleFigures,
  },
  {
    name: "tasks heartbeat",
    requirements: ["P4"],
    sizes: BOTH,
    guardedSizes: BOTH,
    take: heartbeatFigures,
  },
  {
    name: "code that is loaded",
    requirements: ["P27"],
    sizes: [SMALL],
    guardedSizes: [SMALL],
    take: codeFigures,
  },
  { name: "shapes", requirements: ["P24"], sizes: [MIDDLE], guardedSizes: [MIDDLE], take: shapeFigures },
  { name: "tasks show", requirements: ["P11"], sizes: [MIDDLE], guardedSizes: [MIDDLE], take: showFigures },
  { name: "a row in a browser", requirements: ["P3"], sizes: BOTH, guardedSizes: [], take: rowFigures },
  { name: "weight of pages", requirements: ["P8"], sizes: BOTH, guardedSizes: BOTH, take: weightFigures },
  { name: "idle", requirements: ["P12"], sizes: BOTH, guardedSizes: [SMALL], take: idleFigures },
  { name: "answers", requirements: ["P5"], sizes: BOTH, guardedSizes: [SMALL], take: answerFigures },
  { name: "waiting for an update", requirements: ["R16"], sizes: BOTH, guardedSizes: [], take: waitFigures },
  { name: "memory", requirements: ["P7"], sizes: BOTH, guardedSizes: [SMALL], take: memoryFigures },
  { name: "a pull", requirements: ["P10"], sizes: [MIDDLE], guardedSizes: [], take: pullFigures },
  { name: "snapshot files", requirements: ["P22"], sizes: [MIDDLE], guardedSizes: [], take: writingFigures },
  { name: "viewers", requirements: ["P6"], sizes: [MIDDLE], guardedSizes: [], take: viewerFigures },
  { name: "syncs", requirements: ["P9"], sizes: [SMALL], guardedSizes: [], take: syncFigures },
  {
    name: "agents that say a lot",
    requirements: ["P20"],
    sizes: [SMALL],
    guardedSizes: [],
    take: agentEventFigures,
  },
  { name: "runs", requirements: ["P16"], sizes: [SMALL], guardedSizes: [SMALL], take: runFigures },
  { name: "installation", requirements: ["P13"], sizes: [SMALL], guardedSizes: [], take: installFigures },
];

/** Taken besides with `--large`: some minutes, and gigabytes of files. */
export const LARGE_SUITES: readonly Suite[] = [
  { name: "a large tree", requirements: ["P19"], sizes: [LARGE], guardedSizes: [], take: largeFigures },
  { name: "tasks show", requirements: ["P11"], sizes: [LARGE], guardedSizes: [], take: showFigures },
  {
    name: "cycles",
    requirements: ["P1", "P2", "P10"],
    sizes: [LARGE],
    guardedSizes: [],
    take: cycleFigures,
  },
];

/** Taken with `--peer` alone: it installs another program. */
export const PEER_SUITES: readonly Suite[] = [
  { name: "Backlog.md", requirements: ["peer"], sizes: BOTH, guardedSizes: [], take: peerFigures },
];

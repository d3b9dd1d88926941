// P5, R16: requests per second against a bare node:http server, and what a reader waits for when every load asks for an
// update.

import { readingMs, startChildServer } from "../baselines.ts";
import { load } from "../load.ts";
import { type Figure, inPairs } from "../measure.ts";
import { BETWEEN_REFRESHES, type Served, whileServed } from "../served.ts";
import type { Bench, Effort } from "../suite.ts";
import type { Tree } from "../tree.ts";

const NUDGED = `${BETWEEN_REFRESHES.name}: ${BETWEEN_REFRESHES.value}`;
const ASKING_SECONDS = 3;

/** The bare server answers as many bytes, heads included: ours carry the security headers and the state. */
export function answerFigures(tree: Tree, { effort }: Bench): Promise<Figure[]> {
  return whileServed(tree, async ({ url }) => {
    const figures: Figure[] = [];
    for (const path of ["/status", "/status.json"]) {
      const address = url + path;
      const { bytes, headBytes } = await weigh(address);
      const whole = { address, bytes, status: "200", headers: async () => [NUDGED] };
      // A page that counts minutes has another tag each minute.
      const ifChanged = async () => [NUDGED, `If-None-Match: ${(await weigh(address)).tag}`];
      const unchanged = { address, bytes: headBytes, status: "304", headers: ifChanged };
      figures.push(
        await perSecondFigure(tree, `${path}, unchanged`, whole, effort),
        await perSecondFigure(tree, `${path}, 304`, unchanged, effort),
      );
    }
    return figures;
  });
}

async function weigh(url: string): Promise<{ bytes: number; headBytes: number; tag: string }> {
  const answer = await fetch(url);
  const bytes = (await answer.arrayBuffer()).byteLength;
  const headBytes = [...answer.headers].reduce(
    (sum, [name, value]) => sum + name.length + value.length + 4,
    0,
  );
  return { bytes, headBytes, tag: answer.headers.get("etag") ?? "" };
}

type Asked = {
  readonly address: string;
  readonly bytes: number;
  readonly status: string;
  readonly headers: () => Promise<readonly string[]>;
};

async function perSecondFigure(
  tree: Tree,
  name: string,
  asked: Asked,
  { loadPairs, loadSeconds }: Effort,
): Promise<Figure> {
  const bare = await startChildServer("bare-server", String(asked.bytes));
  const bareAddress = `http://127.0.0.1:${bare.port}/`;
  try {
    const pairs = await inPairs(loadPairs, {
      ours: () => perSecondOf(asked, loadSeconds),
      theirs: async () => (await load(bareAddress, loadSeconds, await asked.headers())).perSecond,
    });
    return {
      requirement: "P5",
      name,
      tasks: tree.paths.length,
      value: pairs.ours,
      unit: "requests/s",
      baseline: { name: "bare node:http", value: pairs.theirs },
      pairedRatio: pairs.ratio,
      target: { atLeast: 0.5 },
    };
  } finally {
    bare.process.kill();
  }
}

/** Of a round in which all but a few answers were what is measured: others than those would be counted as well. */
async function perSecondOf({ address, status, headers }: Asked, seconds: number): Promise<number> {
  for (let round = 0; round < ROUNDS_AT_MOST; round += 1) {
    const { perSecond, statuses } = await load(address, seconds, await headers());
    const all = Object.values(statuses).reduce((sum, count) => sum + count, 0);
    if ((statuses[status] ?? 0) >= MEANT_SHARE * all) return perSecond;
  }
  throw new Error(`${address} did not answer with ${status}`);
}

/** A page that became another one in the middle of a round is asked for once more. */
const ROUNDS_AT_MOST = 3;
const MEANT_SHARE = 0.99;

export function waitFigures(tree: Tree): Promise<Figure[]> {
  return whileServed(tree, async ({ url }: Served) => [
    {
      requirement: "R16",
      name: "/status p95, every load asks for an update",
      tasks: tree.paths.length,
      value: (await load(`${url}/status`, ASKING_SECONDS)).p95Ms,
      unit: "ms",
      baseline: { name: "R(n)", value: readingMs(tree) },
      // An update of its own takes some milliseconds whatever n: longer than reading few files.
      target: tree.paths.length < 10_000 ? null : { atMost: 1 },
    },
  ]);
}

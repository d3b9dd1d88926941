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
      const { bytes, headBytes, tag } = await weigh(url + path);
      const whole = { url: url + path, bytes, headers: [NUDGED] };
      const unchanged = { ...whole, bytes: headBytes, headers: [NUDGED, `If-None-Match: ${tag}`] };
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

async function perSecondFigure(
  tree: Tree,
  name: string,
  asked: { readonly url: string; readonly bytes: number; readonly headers: readonly string[] },
  { loadPairs, loadSeconds }: Effort,
): Promise<Figure> {
  const bare = await startChildServer("bare-server", String(asked.bytes));
  const perSecond = async (url: string) => (await load(url, loadSeconds, asked.headers)).perSecond;
  try {
    const pairs = await inPairs(loadPairs, {
      ours: () => perSecond(asked.url),
      theirs: () => perSecond(`http://127.0.0.1:${bare.port}/`),
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

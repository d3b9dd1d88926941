// A server whose pages act on a work that is not real, for the tests of one file.

import { afterAll, afterEach, beforeAll, beforeEach, vi } from "vitest";
import type { ServerOptions } from "../../src/web/server/server.ts";
import { FakeLiveSnapshot } from "../support/fake-live-snapshot.ts";
import { FakeWork } from "../support/fake-work.ts";
import { attestationAtWork, snapshotAtWork, storedRun } from "../support/sample-runs.ts";
import { OBSERVED_AT_MS } from "../support/sample-snapshot.ts";
import { getRaw, type RawAnswer, sendRaw, startTestServer, type TestServer } from "../support/web-fixture.ts";

export const KEY = "group-attention-ui-by-task";
export const RUN = `run-${KEY}`;
export const FORM = "Content-Type: application/x-www-form-urlencoded";
export const JSON_TYPE = "Content-Type: application/json";
export const SAME_ORIGIN = "Sec-Fetch-Site: same-origin";
export const HTML = "Accept: text/html";

/** The value of a hidden field of the first form that has it. */
export const hidden = (html: string, name: string) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1];
/** The token with which the forms of a page act. */
export const tokenIn = ({ body }: RawAnswer) => hidden(body, "token") ?? "";

export type Post = {
  readonly fields?: Readonly<Record<string, string>>;
  readonly headers?: readonly string[];
  readonly host?: string;
  readonly body?: string;
};

/** Started before all tests of the file; each test begins with the same two runs. */
export class ActingServer {
  readonly work = new FakeWork();
  readonly live = new FakeLiveSnapshot();
  /** Of the server's clock. */
  monotonicMs = 1_000;
  #server: TestServer | null = null;
  token = "";

  constructor() {
    beforeAll(async () => {
      this.live.show(snapshotAtWork(), attestationAtWork());
      this.#server = await this.start();
      this.token = tokenIn(await getRaw(this.port, "/status", [HTML]));
    });
    afterAll(() => this.#server?.close());
    beforeEach(() => {
      this.work.reset();
      this.work.stored = [storedRun(KEY), storedRun("port-bundles")];
      this.live.show(snapshotAtWork(), attestationAtWork());
    });
    afterEach(() => vi.restoreAllMocks());
  }

  get port(): number {
    return this.#server?.port ?? 0;
  }

  /** Another one, with the same work; the caller closes it. */
  start(changes: Partial<ServerOptions> = {}): Promise<TestServer> {
    const { live, work } = this;
    const clock = { wallMs: () => OBSERVED_AT_MS, monotonicMs: () => this.monotonicMs, cpuMs: () => 0 };
    return startTestServer({ live, runs: work.runs, actions: work.actions, clock, ...changes });
  }

  /** As a browser sends the form of a page, by default. */
  post(name: string, sent: Post = {}, port = this.port): Promise<RawAnswer> {
    const { host = "localhost", headers = [FORM, SAME_ORIGIN, HTML] } = sent;
    const fields = { token: this.token, back: "/status", ...sent.fields };
    const body = sent.body ?? String(new URLSearchParams(fields));
    const lines = [
      `POST /actions/${name} HTTP/1.1`,
      `Host: ${host}`,
      ...headers,
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    return sendRaw(port, `${lines.join("\r\n")}\r\n\r\n${body}`);
  }

  kickoff(sent: Post = {}): Promise<RawAnswer> {
    return this.post("kickoff", { ...sent, fields: { task: "milestone-burn-up", ...sent.fields } });
  }
}

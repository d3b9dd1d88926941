// The services that workers depend on, and what is wrong with them when. They know nothing of the product.

export type Trouble =
  | { readonly kind: "limit"; readonly resetsAtMs: number }
  | { readonly kind: "overloaded" | "network" | "signed_out" };

type Span = { readonly fromMs: number; readonly toMs: number };
export type Outage = Span & {
  readonly kind: "limit" | "overloaded" | "network" | "signed_out" | "registry";
  /** Null: all of them. */
  readonly account: string | null;
};

export class Services {
  readonly #outages: readonly Outage[];
  readonly #nowMs: () => number;

  constructor(outages: readonly Outage[], nowMs: () => number) {
    this.#outages = outages;
    this.#nowMs = nowMs;
  }

  /** What a request of this account meets now; null: an answer. */
  request(account: string): Trouble | null {
    const outage = this.#now().find(
      (now) => now.kind !== "registry" && (now.account === null || now.account === account),
    );
    if (outage === undefined || outage.kind === "registry") return null;
    return outage.kind === "limit" ? { kind: "limit", resetsAtMs: outage.toMs } : { kind: outage.kind };
  }

  isRegistryDown(): boolean {
    return this.#now().some(({ kind }) => kind === "registry");
  }

  /** A stamp of the sign-ins: another one once someone has signed in again. */
  signIns(): string {
    const nowMs = this.#nowMs();
    const back = this.#outages.filter(({ kind, toMs }) => kind === "signed_out" && toMs <= nowMs);
    return `sign-in ${back.length + 1}`;
  }

  #now(): readonly Outage[] {
    const nowMs = this.#nowMs();
    return this.#outages.filter(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs);
  }
}

// How often a test that counts repeats: enough to see a fault soon in `npm test`, the full count in `npm run test:long`.

const IS_FULL = process.env["FULL_COUNTS"] === "1";

export function rounds({ short, full }: { readonly short: number; readonly full: number }): number {
  return IS_FULL ? full : short;
}

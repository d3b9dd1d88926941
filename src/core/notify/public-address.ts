// Which IP addresses belong to the public internet (S21). Everything else is refused: loopback, private and shared
// networks, link-local, test networks, multicast, and every IPv6 form that carries an IPv4 address inside.

/** Network and length of its prefix, from IANA's registry of special addresses. */
const NOT_PUBLIC_V4: readonly (readonly [network: string, prefix: number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  // Shared by customers of a carrier
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  // Link-local, and the metadata of clouds
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  // Multicast, reserved and broadcast
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

/** The only addresses that IANA gives out; mapped ones, NAT64, unique local and link-local are outside. */
const PUBLIC_V6 = [0x2000_0000, 3] as const;
/** Parts of it that are not public, by their first 32 bits: protocols such as Teredo, documentation, 6to4. */
const NOT_PUBLIC_V6: readonly (readonly [first32: number, prefix: number])[] = [
  [0x2001_0000, 23],
  [0x2001_0db8, 32],
  [0x2002_0000, 16],
  [0x3fff_0000, 20],
];

/** Takes an address as the resolver or a URL's host gives it, without brackets. False for anything else. */
export function isPublicAddress(address: string): boolean {
  if (!address.includes(":")) return isPublicV4(address);
  const first32 = first32OfV6(address);
  if (first32 === null || !isWithin(first32, PUBLIC_V6)) return false;
  return !NOT_PUBLIC_V6.some((network) => isWithin(first32, network));
}

function isPublicV4(address: string): boolean {
  const number = numberOfV4(address);
  if (number === null) return false;
  return !NOT_PUBLIC_V4.some(([network, prefix]) => isWithin(number, [numberOfV4(network) ?? 0, prefix]));
}

function isWithin(number: number, [network, prefix]: readonly [number, number]): boolean {
  const size = 2 ** (32 - prefix);
  return Math.floor(number / size) === Math.floor(network / size);
}

/** Four decimal numbers without leading zeros; another form could be read as another address. */
function numberOfV4(address: string): number | null {
  const parts = address.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part))) return null;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes.reduce((sum, byte) => sum * 256 + byte, 0) : null;
}

/** Null for `::…`, for a zone (`%eth0`), and for what is no address: none of them is public. */
function first32OfV6(address: string): number | null {
  const [first = "", second = ""] = address.split(":");
  if (!/^[0-9a-f:.]+$/i.test(address) || !/^[0-9a-f]{1,4}$/i.test(first)) return null;
  // `2000::1`: the second group is left out.
  if (!/^[0-9a-f]{0,4}$/i.test(second)) return null;
  return Number.parseInt(first, 16) * 0x1_0000 + (second === "" ? 0 : Number.parseInt(second, 16));
}

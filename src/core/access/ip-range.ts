/**
 * One spelling for every range of addresses, such as `203.0.113.7/32` or `2001:db8::/32`: Cloudflare answers with another
 * one than it was given. `undefined`: the text is not a range.
 */
export function ipRange(text: string): string | undefined {
  const [address = '', prefix, ...more] = text.split('/');
  const groups = groupsOf(address);
  if (groups === undefined || more.length > 0) return undefined;
  const bits = groups.length * bitsPerGroup(groups);
  const length = prefix === undefined ? bits : lengthOf(prefix, bits);
  return length === undefined ? undefined : `${textOf(masked(groups, length))}/${length}`;
}

const IPV4 = /^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}$/;

/** The four bytes of an IPv4 address, or the eight groups of an IPv6 address. */
function groupsOf(address: string): readonly number[] | undefined {
  if (IPV4.test(address)) return address.split('.').map(Number);
  if (!/^[0-9a-f:.]+$/i.test(address)) return undefined;
  const parsed = URL.parse(`http://[${address}]/`);
  return parsed === null ? undefined : expanded(parsed.hostname.slice(1, -1));
}

/** The parser has left at most one gap of zeros. */
function expanded(address: string): readonly number[] {
  const [head = '', tail] = address.split('::');
  const before = numbersIn(head);
  const after = numbersIn(tail ?? '');
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function numbersIn(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

function bitsPerGroup(groups: readonly number[]): number {
  return groups.length === 4 ? 8 : 16;
}

function lengthOf(prefix: string, bits: number): number | undefined {
  const length = /^[0-9]{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  return length <= bits ? length : undefined;
}

/** Without the bits that the length of the network leaves to its hosts. */
function masked(groups: readonly number[], length: number): readonly number[] {
  const size = bitsPerGroup(groups);
  return groups.map((group, index) => {
    const hostBits = Math.min(Math.max((index + 1) * size - length, 0), size);
    return Math.floor(group / 2 ** hostBits) * 2 ** hostBits;
  });
}

function textOf(groups: readonly number[]): string {
  if (groups.length === 4) return groups.join('.');
  const text = groups.map((group) => group.toString(16)).join(':');
  return new URL(`http://[${text}]/`).hostname.slice(1, -1);
}

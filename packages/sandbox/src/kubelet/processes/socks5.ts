import { once } from 'node:events';
import type { Socket } from 'node:net';

/** Reply codes of RFC 1928. */
export const Reply = {
  succeeded: 0,
  failure: 1,
  networkUnreachable: 3,
  hostUnreachable: 4,
  connectionRefused: 5,
  commandNotSupported: 7,
  addressTypeNotSupported: 8,
} as const;

export type ReplyCode = (typeof Reply)[keyof typeof Reply];

/** The client violated the protocol or requested an unsupported feature. `answer` is the reply, if any. */
export class Socks5Error extends Error {
  override readonly name = 'Socks5Error';
  readonly answer: Buffer | undefined;

  constructor(message: string, answer?: Buffer) {
    super(message);
    this.answer = answer;
  }
}

const VERSION = 5;
const NO_AUTHENTICATION = 0;
const NO_ACCEPTABLE_METHOD = 0xff;
const CONNECT = 1;
const AddressType = { ipv4: 1, domain: 3, ipv6: 4 } as const;

/**
 * Reads the greeting and the CONNECT request of a client. Resolves with `host:port`, with brackets around an IPv6
 * address. Bytes after the request stay in the socket. Rejects if the client sends anything else, or when `signal`
 * aborts.
 */
export async function acceptConnect(client: Socket, signal: AbortSignal): Promise<string> {
  const reader = new FieldReader(client, signal);
  const take = (size: number) => reader.take(size);
  await greet(client, take);
  const [, command, , addressType = 0] = await take(4);
  if (command !== CONNECT) throw new Socks5Error(`command ${command}`, replyOf(Reply.commandNotSupported));
  const host = await takeHost(addressType, take);
  const port = (await take(2)).readUInt16BE();
  reader.release();
  return `${host}:${port}`;
}

async function greet(client: Socket, take: (size: number) => Promise<Buffer>): Promise<void> {
  const [version, methodCount = 0] = await take(2);
  if (version !== VERSION) throw new Socks5Error(`SOCKS version ${version}`);
  const methods = await take(methodCount);
  if (!methods.includes(NO_AUTHENTICATION)) {
    throw new Socks5Error('authentication is not offered', Buffer.from([VERSION, NO_ACCEPTABLE_METHOD]));
  }
  client.write(Buffer.from([VERSION, NO_AUTHENTICATION]));
}

/** A reply. The bound address is zero, because clients of CONNECT ignore it. */
export function replyOf(code: ReplyCode): Buffer {
  return Buffer.from([VERSION, code, 0, AddressType.ipv4, 0, 0, 0, 0, 0, 0]);
}

/** The reply for a connection that could not be opened. */
export function replyToFailure(error: NodeJS.ErrnoException): ReplyCode {
  switch (error.code ?? '') {
    case 'ECONNREFUSED':
      return Reply.connectionRefused;
    case 'ENETUNREACH':
      return Reply.networkUnreachable;
    case 'EHOSTUNREACH':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ETIMEDOUT':
      return Reply.hostUnreachable;
    default:
      return Reply.failure;
  }
}

async function takeHost(addressType: number, take: (size: number) => Promise<Buffer>): Promise<string> {
  switch (addressType) {
    case AddressType.ipv4:
      return (await take(4)).join('.');
    case AddressType.domain:
      return (await take((await take(1))[0] ?? 0)).toString('latin1');
    case AddressType.ipv6:
      return `[${ipv6Text(await take(16))}]`;
    default:
      throw new Socks5Error(`address type ${addressType}`, replyOf(Reply.addressTypeNotSupported));
  }
}

/** In canonical form, as the URL parser writes it. */
function ipv6Text(bytes: Buffer): string {
  const groups = bytes.toString('hex').match(/.{4}/g) ?? [];
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** Reads a socket field by field. */
class FieldReader {
  readonly #client: Socket;
  readonly #signal: AbortSignal;
  #pending: Buffer = Buffer.alloc(0);

  constructor(client: Socket, signal: AbortSignal) {
    this.#client = client;
    this.#signal = signal;
  }

  /** Returns exactly `size` bytes. Rejects if the signal aborts first. */
  async take(size: number): Promise<Buffer> {
    if (size === 0) throw new Socks5Error('an empty field');
    while (this.#pending.length < size) {
      const chunk = this.#client.read() as Buffer | null;
      if (chunk === null) await once(this.#client, 'readable', { signal: this.#signal });
      else this.#pending = Buffer.concat([this.#pending, chunk]);
    }
    const field = this.#pending.subarray(0, size);
    this.#pending = this.#pending.subarray(size);
    return field;
  }

  /** Returns excess bytes to the socket. */
  release(): void {
    if (this.#pending.length > 0) this.#client.unshift(this.#pending);
  }
}

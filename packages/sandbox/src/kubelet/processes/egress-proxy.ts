import { connect, createServer, type Socket } from 'node:net';
import { listenOnLoopback } from '../../edge/loopback-server.ts';
import type { Resolution } from '../cluster-dns.ts';
import { acceptConnect, Reply, type ReplyCode, replyOf, replyToFailure, Socks5Error } from './socks5.ts';

/** Access to the cluster network for a process outside it. */
export interface EgressProxy {
  /** For `HTTP_PROXY` and `HTTPS_PROXY`. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

export interface EgressProxyOptions {
  /** Cluster DNS and kube-proxy. */
  readonly resolve: (hostPort: string) => Resolution;
  /** Timeout of the SOCKS request of a client. */
  readonly requestTimeoutMs?: number;
}

/** Further clients are rejected. The connectors of a sandbox open far fewer. */
const MOST_CONNECTIONS = 16_384;
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Starts a SOCKS5 proxy on loopback that resolves cluster names and balances as kube-proxy does: one Pod per
 * connection. The SOCKS request names the Service, independently of the Host header. Other names and addresses are
 * unreachable.
 */
export async function startEgressProxy({
  resolve,
  requestTimeoutMs = REQUEST_TIMEOUT_MS,
}: EgressProxyOptions): Promise<EgressProxy> {
  const proxy = createServer({ allowHalfOpen: true }, (client) => void serve(client, resolve, requestTimeoutMs));
  proxy.maxConnections = MOST_CONNECTIONS;
  const server = await listenOnLoopback(proxy, 0);
  return { url: `socks5://127.0.0.1:${server.port}`, stop: () => server.stop() };
}

async function serve(client: Socket, resolve: EgressProxyOptions['resolve'], requestTimeoutMs: number): Promise<void> {
  const gone = new AbortController();
  const leave = () => gone.abort();
  client.once('end', leave).once('close', leave);
  client.on('error', () => undefined); // reported by the close event
  const timeout = setTimeout(() => client.destroy(), requestTimeoutMs);
  try {
    const hostPort = await acceptConnect(client, gone.signal);
    open(client, resolve(hostPort));
  } catch (error) {
    refuse(client, error instanceof Socks5Error ? error.answer : undefined);
  } finally {
    clearTimeout(timeout);
  }
}

function open(client: Socket, target: Resolution): void {
  if (target.kind !== 'address') return refuse(client, replyOf(replyTo(target.kind)));
  const colon = target.address.lastIndexOf(':');
  const [host, port] = [target.address.slice(0, colon), Number(target.address.slice(colon + 1))];
  const origin = connect({ host, port, allowHalfOpen: true });
  const abandon = () => origin.destroy();
  const fail = (error: Error) => refuse(client, replyOf(replyToFailure(error)));
  client.once('close', abandon);
  origin.once('error', fail);
  origin.once('connect', () => {
    client.off('close', abandon);
    origin.off('error', fail);
    client.write(replyOf(Reply.succeeded));
    relay(client, origin);
    relay(origin, client);
  });
}

/** One direction may end before the other. A failure of either ends both. */
function relay(from: Socket, to: Socket): void {
  from.pipe(to);
  from.on('error', () => to.destroy());
  from.once('close', () => {
    if (!to.writableEnded) to.destroy();
  });
}

function replyTo(kind: 'no-endpoints' | 'unknown-host'): ReplyCode {
  return kind === 'no-endpoints' ? Reply.connectionRefused : Reply.hostUnreachable;
}

function refuse(client: Socket, answer: Buffer | undefined): void {
  if (answer === undefined || !client.writable) client.destroy();
  else client.end(answer, () => client.destroy());
}

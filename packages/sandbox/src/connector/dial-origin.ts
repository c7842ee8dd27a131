import { connect, type Socket } from 'node:net';

/** The address of a Service name and port, resolved again for every connection as with kube-proxy. */
export type OriginAddress =
  | { readonly kind: 'address'; readonly address: string }
  /** The name exists, but has no endpoints. */
  | { readonly kind: 'no-endpoints' }
  | { readonly kind: 'unknown-host' };

export type ResolveOrigin = (host: string, port: number) => OriginAddress;

/** Opens a TCP connection to an origin. Rejects with the message of Go's dialer. */
export type DialOrigin = (host: string, port: number, timeoutMs: number) => Promise<Socket>;

/** Dials from inside the cluster, with names that only the cluster resolves. */
export function dialByName(resolve: ResolveOrigin): DialOrigin {
  return (host, port, timeoutMs) => {
    const target = resolve(host, port);
    if (target.kind !== 'address') return Promise.reject(new Error(failureOf(target.kind, host, port)));
    const colon = target.address.lastIndexOf(':');
    const place = { host: target.address.slice(0, colon), port: Number(target.address.slice(colon + 1)) };
    return connected(connect(place), target.address, timeoutMs);
  };
}

/** Resolves with the socket when it is connected. Rejects after a timeout. */
export function connected<S extends Socket>(
  socket: S,
  title: string,
  timeoutMs: number,
  event: 'connect' | 'secureConnect' = 'connect',
): Promise<S> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.destroy(new Error('i/o timeout')), timeoutMs);
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(new Error(`dial tcp ${title}: ${error.message}`, { cause: error }));
    };
    const giveUp = () => fail(new Error('given up'));
    socket.once('error', fail).once('close', giveUp);
    socket.once(event, () => {
      clearTimeout(timer);
      socket.off('error', fail).off('close', giveUp);
      resolve(socket);
    });
  });
}

function failureOf(kind: 'no-endpoints' | 'unknown-host', host: string, port: number): string {
  return kind === 'unknown-host'
    ? `dial tcp: lookup ${host}: no such host`
    : `dial tcp ${host}:${port}: connect: connection refused`;
}

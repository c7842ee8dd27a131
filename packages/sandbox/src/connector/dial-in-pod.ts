import type { ContainerStart } from '../kubelet/image.ts';
import { dialByName, type DialOrigin } from './dial-origin.ts';

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1']);

/** The URL of an origin on the loopback address that the containers of a Pod share. */
const LOOPBACK_URL = /\b([a-z]+):\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?![\w.-])/g;

/** Dials other containers of the Pod at its loopback address, and everything else with `dial`. */
export function dialInPod({ pod, addressAt }: ContainerStart, dial: DialOrigin): DialOrigin {
  const within = dialByName((_host, port) => {
    const address = addressAt(pod.ip, port);
    return address === undefined ? { kind: 'no-endpoints' } : { kind: 'address', address };
  });
  return (host, port, timeoutMs) => (LOOPBACK.has(host) ? within : dial)(host, port, timeoutMs);
}

/** The same URLs on this machine, where each Pod has a loopback address of its own. */
export function withOwnLoopback(text: string, loopback: string): string {
  return text.replaceAll(LOOPBACK_URL, `$1://${loopback}`);
}

import type { PodIdentity } from '../image.ts';
import { type GrpcMethod, lengthDelimited, unary } from './grpc.ts';

/** The service `whoami.Whoami` of traefik/whoami, by path. It names the server as the web page does. */
export function whoamiMethods(pod: PodIdentity, name: string): ReadonlyMap<string, GrpcMethod> {
  const reply = [
    ...(name === '' ? [] : [lengthDelimited(1, name)]),
    lengthDelimited(2, pod.name),
    ...['127.0.0.1', pod.ip].map((address) => lengthDelimited(3, address)),
  ];
  return new Map([
    ['/whoami.Whoami/Whoami', unary(() => Buffer.concat(reply))],
    ['/whoami.Whoami/Bench', unary(() => Buffer.from([0x08, 1]))],
  ]);
}

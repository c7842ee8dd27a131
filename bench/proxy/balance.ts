import { HOSTNAMES, type HostnameKind, type ProxyWorld } from './world.ts';
import { Visitor } from './visitor.ts';

/** How far the requests of one connection are from an equal share for each pod, as a share of it; 1: a pod got none. */
export async function unbalance(world: ProxyWorld, kind: HostnameKind, requests: number): Promise<number> {
  const visitor = new Visitor(world.sandbox.edge.url);
  const counts = new Map(world.webPods().map(({ metadata }) => [metadata.name, 0]));
  for (let sent = 0; sent < requests; sent += 1) {
    const { status, pod } = await (kind === 'grpc' ? visitor.call(HOSTNAMES[kind]) : visitor.get(HOSTNAMES[kind]));
    if (status !== 200 || pod === undefined) throw new Error(`${kind}: ${status}`);
    counts.set(pod, (counts.get(pod) ?? 0) + 1);
  }
  visitor.close();
  const share = requests / counts.size;
  return Math.max(...[...counts.values()].map((count) => Math.abs(count - share) / share));
}

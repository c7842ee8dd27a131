import { HOSTNAMES, type ProxyWorld } from './world.ts';
import { until } from '../until.ts';
import { Visitor } from './visitor.ts';
import { median } from './hop.ts';

/** Visits in a row that the change must be seen in: both connectors have taken some of them. */
const IN_A_ROW = 10;

/** Seconds from a change of a route in Kubernetes until every connector answers by it, in real time. */
export async function secondsOfRouteChange(world: ProxyWorld, times: number): Promise<number> {
  const seconds: number[] = [];
  for (let change = 0; change < times; change += 1) {
    const header = change % 2 === 0 ? 'x-pod' : 'set-cookie';
    world.ask('session', { session: change % 2 === 0 ? 'header:X-Pod' : 'cookie' });
    seconds.push(await untilSeen(() => answersWith(world, (headers) => header in headers)));
  }
  return median(seconds);
}

/** Seconds from the readiness of a new pod until every connector leads requests to it as well. */
export async function secondsOfPodChange(world: ProxyWorld, times: number): Promise<number> {
  const seconds: number[] = [];
  for (let change = 0; change < times; change += 1) {
    const before = new Set(world.webPods().map(({ metadata }) => metadata.name));
    const [first] = world.webPods();
    if (first === undefined) throw new Error('there is no pod');
    world.deletePod(first);
    await until('another pod is ready', () => world.isServing());
    const added = world.webPods().find(({ metadata }) => !before.has(metadata.name))?.metadata.name;
    const visitor = new Visitor(world.sandbox.edge.url);
    seconds.push(await untilSeen(async () => (await visitor.get(HOSTNAMES.http)).pod === added));
    visitor.close();
  }
  return median(seconds);
}

async function untilSeen(isSeen: () => Promise<boolean>): Promise<number> {
  const began = performance.now();
  await until('the change is seen', isSeen);
  return (performance.now() - began) / 1000;
}

async function answersWith(world: ProxyWorld, isSo: (headers: object) => boolean): Promise<boolean> {
  for (let visit = 0; visit < IN_A_ROW; visit += 1) {
    const visitor = new Visitor(world.sandbox.edge.url);
    const { headers } = await visitor.get(HOSTNAMES.session);
    visitor.close();
    if (!isSo(headers)) return false;
  }
  return true;
}

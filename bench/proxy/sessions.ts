import { until } from '../until.ts';
import { HOSTNAMES, type ProxyWorld, WEB_PODS } from './world.ts';
import { Visitor } from './visitor.ts';

const HOST = HOSTNAMES.session;

/** What became of sessions, of which every request has a connection of its own, and so either of two connectors. */
export interface Sessions {
  readonly requests: number;
  /** Requests that another pod answered than the one before them. */
  readonly astray: number;
  /** Sessions that moved when one of the pods was replaced, and those among them whose pod had stayed. */
  readonly moved: number;
  readonly movedWithoutReason: number;
}

interface Session {
  readonly cookie: string;
  readonly pod: string;
}

export async function followSessions(world: ProxyWorld, requests: number): Promise<Sessions> {
  const { url } = world.sandbox.edge;
  const sessions = await Promise.all(Array.from({ length: 5 * WEB_PODS }, () => start(url)));
  let astray = 0;
  for (let sent = 0; sent < requests; sent += 1) {
    const { cookie, pod } = sessions[sent % sessions.length] as Session;
    if ((await podOf(url, cookie)) !== pod) astray += 1;
  }
  const [gone] = world.webPods();
  if (gone === undefined) throw new Error('there is no pod');
  const { name } = gone.metadata;
  world.deletePod(gone);
  await until('another pod answers', async () => world.isServing() && !(await seen(url)).has(name));
  const after = await Promise.all(sessions.map(async ({ cookie, pod }) => ({ pod, now: await podOf(url, cookie) })));
  const moved = after.filter(({ pod, now }) => pod !== now);
  return { requests, astray, moved: moved.length, movedWithoutReason: moved.filter(({ pod }) => pod !== name).length };
}

async function start(url: string): Promise<Session> {
  const visitor = new Visitor(url);
  const { headers, pod = '' } = await visitor.get(HOST);
  visitor.close();
  return { cookie: headers['set-cookie']?.[0]?.split(';')[0] ?? '', pod };
}

async function podOf(url: string, cookie: string): Promise<string | undefined> {
  const visitor = new Visitor(url);
  const { pod } = await visitor.get(HOST, { cookie });
  visitor.close();
  return pod;
}

async function seen(url: string): Promise<ReadonlySet<string>> {
  const answers = await Promise.all(Array.from({ length: 12 }, () => start(url)));
  return new Set(answers.map(({ pod }) => pod));
}

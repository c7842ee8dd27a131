import { afterEach } from '@jest/globals';
import { ObjectCache } from '../../../src/adapters/kubernetes/object-cache.ts';
import { Reflector, type ReflectorOptions } from '../../../src/adapters/kubernetes/reflector.ts';
import type { ConfigMap } from '../../../src/api/objects.ts';
import { aRestClient } from '../../support/a-rest-client.ts';
import { json } from '../../support/answers.ts';
import { Journal } from '../../support/journal.ts';
import { type Answer, type LoopbackServer, aServer } from '../../support/loopback-server.ts';

export const PATH = '/api/v1/configmaps';
export const LIST = `GET ${PATH}`;
export const WATCH = `WATCH ${PATH}`;

/** A ConfigMap in a list: an item has no kind. */
export function item(name: string, resourceVersion: number, data: Readonly<Record<string, string>> = {}) {
  return { metadata: { namespace: 'default', name, resourceVersion: String(resourceVersion) }, data };
}

export function listOf(version: number, items: readonly object[], more: { readonly continue?: string } = {}): Answer {
  return json({ kind: 'ConfigMapList', metadata: { resourceVersion: String(version), ...more }, items });
}

/** Requests for a whole list. One with limit 1 only reads the server's version. */
export function listsOf(server: LoopbackServer): readonly unknown[] {
  return server.requests(LIST).entries.filter(({ query }) => query['limit'] !== '1');
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

export interface TestReflector {
  readonly server: LoopbackServer;
  readonly reflector: Reflector<ConfigMap>;
  readonly cache: ObjectCache<ConfigMap>;
  /** What was announced: `+ a@1` new, `~ a@1>2` changed, `- a@2` removed; and `recovered`. */
  readonly announced: Journal<string>;
  readonly failures: Journal<{ readonly error: unknown; readonly at: number }>;
  /** `name@version` of everything cached. */
  readonly contents: () => readonly string[];
  /** Runs the reflector, until the test stops it or ends. */
  readonly start: () => Promise<void>;
}

/** A reflector of ConfigMaps on a scripted server, not started yet. */
export async function aReflector(options: Partial<ReflectorOptions<ConfigMap>> = {}): Promise<TestReflector> {
  const server = await aServer();
  const cache = new ObjectCache<ConfigMap>();
  const announced = new Journal<string>();
  const failures = new Journal<{ readonly error: unknown; readonly at: number }>();
  const reflector = new Reflector<ConfigMap>(
    aRestClient(server.url),
    {
      cache,
      path: PATH,
      apiVersion: 'v1',
      kind: 'ConfigMap',
      project: (object) => object,
      firstDelayMs: 1,
      maxDelayMs: 4,
      ...options,
    },
    {
      upserted: (object, previous) =>
        announced.push(
          previous === undefined
            ? `+ ${short(object)}`
            : `~ ${short(previous)}>${object.metadata.resourceVersion ?? ''}`,
        ),
      removed: (object) => announced.push(`- ${short(object)}`),
      failed: (error) => failures.push({ error, at: performance.now() }),
      recovered: () => announced.push('recovered'),
    },
  );
  return {
    server,
    reflector,
    cache,
    announced,
    failures,
    contents: () => cache.list().map(short),
    start: () => {
      const done = reflector.run();
      stops.push(() => {
        reflector.stop();
        return done;
      });
      return done;
    },
  };
}

function short({ metadata }: ConfigMap): string {
  return `${metadata.name}@${metadata.resourceVersion ?? ''}`;
}

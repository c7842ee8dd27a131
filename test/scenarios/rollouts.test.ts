import { once } from 'node:events';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { openWebSocket } from 'cftunnel-sandbox/testing/traffic/web-socket-client';
import type { KubeObject } from '../support/kube-client.ts';
import { useWorld } from '../support/shared.ts';
import { everyOther } from '../support/long-run.ts';
import { underLoad } from '../support/under-load.ts';
import { connectorPods, connectors, drain, replaceConnectors } from '../support/world-connectors.ts';
import { NEEDS_NODE, onNode } from '../support/world-needs.ts';
import { startClusterWithNode } from '../support/world-real-node.ts';
import { service, tunnel, whoami, withPods } from '../support/world-objects.ts';
import { exposed, ready } from '../support/world-views.ts';

const HOSTNAME = 'app.example.com';
const PATIENCE_MS = 60_000;

const world = useWorld({ cluster: startClusterWithNode });
let changes = 0;

beforeAll(async () => {
  await world.addNamespace('busy');
  await world.kube.create(tunnel('busy/home', { replicas: 2 }));
  for (const name of ['web', 'other']) {
    const origin = whoami(`busy/${name}`);
    await world.kube.create({ ...origin, spec: { ...origin.spec, replicas: 2 } });
  }
  await world.kube.create(withPods(service('busy/web', { hostname: HOSTNAME, tunnel: 'home' })));
  await world.kube.create(withPods(service('busy/other', { hostname: 'other.example.com', tunnel: 'home' })));
  await exposed(world, 'busy/web', [HOSTNAME]);
  await exposed(world, 'busy/other', ['other.example.com']);
});

/** Changes the settings of the Tunnel's connectors. */
async function configure(cloudflared: Readonly<Record<string, unknown>>): Promise<void> {
  await world.kube.patch('Tunnel', 'busy/home', { spec: { cloudflared } });
}

/** A text that no change before has used. */
function next(): string {
  changes += 1;
  return `v${changes}`;
}

const VERSION = 'example.com/version';

/** Starts a rolling restart, and resolves with the version of the pods that it starts. */
async function restart(): Promise<string> {
  const version = next();
  await configure({ podAnnotations: { [VERSION]: version } });
  return version;
}

/** Resolves once a pod of the version exists. */
async function started(version: string): Promise<void> {
  await eventually(async () => {
    expect((await connectorPods(world, 'busy')).map(versionOf)).toContain(version);
  });
}

function versionOf({ metadata }: KubeObject): string | undefined {
  return metadata.annotations?.[VERSION];
}

/** Has all connectors replaced, and waits for the end of it. */
function change(act: () => Promise<unknown>): () => Promise<void> {
  return () => replaceConnectors(world, 'busy', act);
}

async function scaleTo(replicas: number): Promise<void> {
  await world.kube.scale('Tunnel', 'busy/home', replicas);
  await connectors(world, 'busy', { count: replicas });
}

/** A WebSocket with one message that has come back. */
async function opened() {
  const socket = openWebSocket({ url: world.edge.url, hostname: HOSTNAME, timeoutMs: PATIENCE_MS });
  socket.on('error', () => undefined); // the close that follows tells
  await once(socket, 'open');
  socket.send('hello');
  await once(socket, 'message');
  return socket;
}

/** Everything that replaces or removes connectors. */
const EVENTS: readonly { readonly event: string; readonly happens: () => Promise<void> }[] = [
  {
    event: 'a rule changes',
    happens: change(() => world.kube.annotate('Service', 'busy/other', { 'cftunnel.io/path': `/${next()}` })),
  },
  {
    event: 'the image changes',
    happens: change(() => configure({ image: `mirror.example/cloudflare/cloudflared:${next()}` })),
  },
  {
    event: 'a second change overtakes the first',
    happens: change(async () => {
      await started(await restart());
      await restart();
    }),
  },
  {
    event: 'the pod template gets another annotation, as for new credentials',
    happens: change(restart),
  },
  {
    event: 'they become four, all of which are drained, and two again',
    async happens() {
      await scaleTo(4);
      await replaceConnectors(world, 'busy', async () => drain(world, await connectorPods(world, 'busy')));
      await scaleTo(2);
    },
  },
];

// Invariant 38.
describe('two connectors under constant load', () => {
  it.each(everyOther(EVENTS))(`lose no request, WebSocket or download when $event${NEEDS_NODE}`, ({ happens }) =>
    onNode(async () => {
      const { lost } = await underLoad(world, { hostname: HOSTNAME }, happens);

      expect(lost).toEqual({});
    })(),
  );

  it(
    `lead to every pod of the Service${NEEDS_NODE}`,
    onNode(async () => {
      const seen = new Set<string | undefined>();

      // Which pod a connection goes to is a matter of chance. Requests that wait need a connection each.
      await eventually(async () => {
        const answers = await Promise.all(Array.from({ length: 40 }, () => world.edge.get(HOSTNAME, '/?wait=100ms')));
        for (const { body } of answers) seen.add(body.split('\n')[0]);
        expect(seen.size).toBe(2);
      });
    }),
  );
});

// Invariant 38.
describe('a single connector under constant load', () => {
  it(
    `is replaced without a lost request${NEEDS_NODE}`,
    onNode(async () => {
      await scaleTo(1);

      const { lost } = await underLoad(world, { hostname: HOSTNAME }, change(restart));

      expect(lost).toEqual({});
      await scaleTo(2);
    }),
  );
});

describe('a WebSocket that outlasts its connector', () => {
  it(
    `goes on during the grace period, and the connector waits for its end${NEEDS_NODE}`,
    onNode(async () => {
      await change(() => configure({ gracePeriod: '3m' }))();
      const former = await connectorPods(world, 'busy');
      const socket = await opened();

      await restart();
      await eventually(async () => {
        const pods = await connectorPods(world, 'busy');
        const left = pods.filter(({ metadata }) => former.some((pod) => pod.metadata.uid === metadata.uid));
        expect(left.map(({ metadata }) => metadata.deletionTimestamp)).toEqual([expect.any(String)]);
      });
      socket.send('still here');
      const [message] = (await once(socket, 'message')) as [Buffer];
      socket.close();

      expect(message.toString()).toBe('still here');
      await connectors(world, 'busy', { count: 2, former });
    }),
  );

  it(
    `is closed when the pod is killed after the grace period${NEEDS_NODE}`,
    onNode(async () => {
      // Instead of the 15 s after the grace period that a pod really has.
      const patches = [{ op: 'replace', path: '/spec/template/spec/terminationGracePeriodSeconds', value: 1 }];
      await change(() => configure({ gracePeriod: '1s', patches }))();
      const socket = await opened();
      const closed = once(socket, 'close') as Promise<[number]>;

      await change(restart)();

      expect((await closed)[0]).toBe(1006);
    }),
  );
});

describe('a connector that is killed', () => {
  it(
    `comes back as another, and the hostname answers all the while${NEEDS_NODE}`,
    onNode(async () => {
      const before = await connectorIds();
      const [pod] = await connectorPods(world, 'busy');

      world.killPod('busy', pod?.metadata.name ?? '');
      await eventually(async () => expect(await connectorIds()).not.toEqual(before));
      expect((await world.edge.get(HOSTNAME)).status).toBe(200);

      await eventually(async () => {
        const now = await connectorIds();
        expect(now).toHaveLength(2);
        expect(now.filter((id) => before.includes(id))).toHaveLength(1);
      });
    }),
  );
});

interface Client {
  readonly id: string;
  readonly conns: readonly { readonly is_pending_reconnect: boolean }[];
}

/** Which connectors the edge holds connections of. */
async function connectorIds(): Promise<readonly string[]> {
  const { accountId } = world.cloudflare;
  const tunnelId = String((await ready(world, 'busy/home')).status?.['tunnelId']);
  const clients = (await world.cloudflare.ask(`/accounts/${accountId}/cfd_tunnel/${tunnelId}/connections`)) as Client[];
  return clients.filter(({ conns }) => conns.some((conn) => !conn.is_pending_reconnect)).map(({ id }) => id);
}

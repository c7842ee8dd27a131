import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import type { Kind, KubeObject } from '../support/kube-client.ts';
import { NO_WRITES } from '../support/world-activity.ts';
import { NEEDS_SANDBOX, inSandbox } from '../support/world-needs.ts';
import { request, withdraw } from '../support/world-actions.ts';
import { service, tunnel, whoami, withPods } from '../support/world-objects.ts';
import {
  conditionOf,
  eventsAbout,
  exposed,
  gone,
  ready,
  recordAt,
  remoteTunnels,
  rulesOf,
  unexposed,
} from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

const OWNED: readonly (readonly [Kind, string])[] = [
  ['Secret', 'home-cloudflared-credentials'],
  ['ConfigMap', 'home-cloudflared'],
  ['Deployment', 'home-cloudflared'],
  ['ServiceAccount', 'home-cloudflared'],
  ['PodDisruptionBudget', 'home-cloudflared'],
];

const world = useWorld();

describe('a Secret and a Tunnel that refers to it', () => {
  let home: KubeObject;
  const tunnelId = (): string => String(home.status?.['tunnelId']);

  beforeAll(async () => {
    await world.addNamespace('made');
    await world.kube.create(tunnel('made/home'));
    home = await ready(world, 'made/home');
  });

  it('create a remote tunnel named after cluster, namespace and Tunnel', () => {
    expect(remoteTunnels(world, 'test/made/home')).toEqual([
      expect.objectContaining({ id: tunnelId(), configSource: 'local' }),
    ]);
  });

  it('provide the credentials for cloudflared, as a file and as a token', async () => {
    const { data } = await world.kube.get('Secret', 'made/home-cloudflared-credentials');
    const remote = remoteTunnels(world, 'test/made/home')[0];

    expect(JSON.parse(atob(data?.['credentials.json'] ?? ''))).toEqual({
      AccountTag: world.cloudflare.accountId,
      TunnelID: remote?.id,
      TunnelSecret: remote?.secret,
    });
    expect(JSON.parse(atob(atob(data?.['token'] ?? '')))).toEqual({
      a: world.cloudflare.accountId,
      t: remote?.id,
      s: remote?.secret,
    });
  });

  it('provide a ConfigMap with the rules for cloudflared and the published routes', async () => {
    const { data } = await world.kube.get('ConfigMap', 'made/home-cloudflared');

    expect(Object.keys(data ?? {}).toSorted()).toEqual(['config.yaml', 'routes.json']);
    expect(await rulesOf(world, 'made/home')).toEqual([{ service: 'http_status:404' }]);
  });

  it.each(OWNED)('own the %s with owner reference and labels', async (kind, name) => {
    const { metadata } = await world.kube.get(kind, `made/${name}`);

    expect(metadata.ownerReferences).toEqual([
      expect.objectContaining({ kind: 'Tunnel', name: 'home', uid: home.metadata.uid, controller: true }),
    ]);
    expect(metadata.labels).toEqual({
      'app.kubernetes.io/name': 'cloudflared',
      'app.kubernetes.io/instance': 'home',
      'app.kubernetes.io/managed-by': 'cftunnel-operator',
      'app.kubernetes.io/part-of': 'cftunnel',
      'cftunnel.io/tunnel': 'home',
    });
  });

  it('have a status that kstatus calls current', () => {
    const conditions = home.status?.conditions ?? [];

    expect(home.status?.['observedGeneration']).toBe(home.metadata.generation);
    expect(conditions.map(({ type, status }) => `${type}=${status}`)).toEqual([
      'Ready=True',
      'CredentialsReady=True',
      'TunnelReady=True',
      'ConfigReady=True',
      'ConnectorsReady=True',
      'DNSReady=True',
    ]);
    for (const condition of conditions) expect(condition.observedGeneration).toBe(home.metadata.generation);
  });

  it('report each created object in an event and in the log', async () => {
    const made = ['TunnelCreated', 'CredentialsStored', 'RulesPublished', ...Array<string>(3).fill('ObjectCreated')];

    expect(await changesTold('Tunnel', 'made/home')).toEqual(made.toSorted());
    expect(changesLogged('made/home')).toEqual(made.toSorted());
  });

  it('report id, target and numbers in the status', () => {
    expect(home.status).toMatchObject({
      accountId: world.cloudflare.accountId,
      tunnelName: 'test/made/home',
      target: `${tunnelId()}.cfargotunnel.com`,
      replicas: 2,
      readyReplicas: 2,
      routes: { attached: 0, refused: 0 },
    });
  });
});

describe('an annotated Service', () => {
  let before: KubeObject;
  let generation: number | undefined;

  beforeAll(async () => {
    await world.addNamespace('exposed');
    await world.kube.create(tunnel('exposed/home'));
    await ready(world, 'exposed/home');
    await world.kube.create(whoami('exposed/web'));
    before = await world.kube.create(withPods(service('exposed/web')));
    generation = (await world.kube.get('Deployment', 'exposed/home-cloudflared')).metadata.generation;
    await world.settled();
    world.forgetCalls();
    await request(world, 'exposed/web', 'home', 'app.example.com');
  });

  it('reports its URL in its own status', async () => {
    const web = await exposed(world, 'exposed/web', ['app.example.com']);

    expect(web.metadata.finalizers).toEqual(['cftunnel.io/finalizer']);
  });

  it('becomes a rule of the Tunnel', async () => {
    expect(await rulesOf(world, 'exposed/home')).toEqual([
      { hostname: 'app.example.com', service: 'http://web.exposed.svc:80' },
      { service: 'http_status:404' },
    ]);
    expect((await ready(world, 'exposed/home')).status?.['routes']).toEqual({ attached: 1, refused: 0 });
  });

  it('has a proxied record with the mark of its owner', async () => {
    const { status } = await world.kube.get('Tunnel', 'exposed/home');

    expect(recordAt(world, 'app.example.com')).toMatchObject({
      type: 'CNAME',
      content: `${String(status?.['tunnelId'])}.cfargotunnel.com`,
      proxied: true,
      ttl: 1,
      comment: 'cftunnel.io owner=test/exposed/home',
    });
  });

  it('has an event about its record, and its Tunnel events about the rest, once each', async () => {
    await world.settled();

    expect(await changesTold('Service', 'exposed/web')).toEqual(['RecordCreated']);
    expect(await changesTold('Tunnel', 'exposed/home')).toEqual(
      expect.arrayContaining(['ConnectorsReplaced', 'RulesPublished']),
    );
    expect(world.operator.process.logs).toContainEqual(
      expect.objectContaining({
        level: 'info',
        message: 'A DNS record was created',
        service: 'exposed/web',
        hostname: 'app.example.com',
        zone: 'example.com',
      }),
    );
  });

  it('costs one rollout of the connectors, and one write at Cloudflare', async () => {
    await world.settled();
    const { metadata } = await world.kube.get('Deployment', 'exposed/home-cloudflared');

    expect(metadata.generation).toBe((generation ?? 0) + 1);
    expect(world.writtenSoFar().cloudflare).toEqual(['POST /zones/:zone/dns_records/batch']);
  });

  it(
    `is reachable from the internet${NEEDS_SANDBOX}`,
    inSandbox(async () => {
      const visit = await eventually(async () => {
        const answer = await world.edge.get('app.example.com', '/hello');
        expect(answer.status).toBe(200);
        return answer;
      });

      expect(visit.body).toContain('GET /hello HTTP/1.1');
      expect(visit.body).toContain('Host: app.example.com');
    }),
  );

  it('costs nothing once it is exposed, even when the operator restarts', async () => {
    expect(await world.writesAfterRestart()).toEqual(NO_WRITES);
  });

  it('is unchanged after the annotations are removed, and nothing is left of its route', async () => {
    await withdraw(world, 'exposed/web');

    const web = await unexposed(world, 'exposed/web');

    expect(ownBusiness(web)).toEqual(ownBusiness(before));
    expect(recordAt(world, 'app.example.com')).toBeUndefined();
    expect(await rulesOf(world, 'exposed/home')).toEqual([{ service: 'http_status:404' }]);
  });
});

describe('kubectl scale', () => {
  it('starts four connectors, and reports them in the status', async () => {
    await world.addNamespace('scaled');
    await world.kube.create(tunnel('scaled/home'));
    await ready(world, 'scaled/home');

    await world.kube.scale('Tunnel', 'scaled/home', 4);
    const home = await ready(world, 'scaled/home');

    expect(home.status).toMatchObject({ replicas: 4, readyReplicas: 4 });
    expect((await world.kube.get('Deployment', 'scaled/home-cloudflared')).spec).toMatchObject({ replicas: 4 });
  });

  it(
    `connects each of them to the edge${NEEDS_SANDBOX}`,
    inSandbox(async () => {
      const { status } = await ready(world, 'scaled/home');
      const path = `/accounts/${world.cloudflare.accountId}/cfd_tunnel/${String(status?.['tunnelId'])}/connections`;

      expect(await world.cloudflare.ask(path)).toHaveLength(4);
    }),
  );
});

describe('a deleted Tunnel', () => {
  it('is removed with its remote tunnel, records, finalizers and objects', async () => {
    await world.addNamespace('deleted');
    await world.kube.create(service('deleted/web', { tunnel: 'home', hostname: 'deleted.example.com' }));
    await world.kube.create(tunnel('deleted/home'));
    await exposed(world, 'deleted/web', ['deleted.example.com']);

    await world.kube.delete('Tunnel', 'deleted/home');
    await gone(world, 'Tunnel', 'deleted/home');

    expect(remoteTunnels(world, 'test/deleted/home')).toEqual([]);
    expect(recordAt(world, 'deleted.example.com')).toBeUndefined();
    for (const [kind, name] of OWNED) await gone(world, kind, `deleted/${name}`);
    expect(changesLogged('deleted/home')).toEqual(expect.arrayContaining(['ConnectorsStopped', 'TunnelDeleted']));
    expect(await changesTold('Service', 'deleted/web')).toContain('RecordDeleted');
    await withdraw(world, 'deleted/web');
    expect(conditionOf(await unexposed(world, 'deleted/web'), 'cftunnel.io/Exposed')).toBeUndefined();
  });
});

/** Reasons of the Normal events about an object, sorted. */
async function changesTold(kind: Kind, key: string): Promise<readonly string[]> {
  const events = (await eventsAbout(world, kind, key)).filter(({ type }) => type === 'Normal');
  return events.map(({ reason }) => String(reason)).toSorted();
}

/** Reasons of the changes of a Tunnel in the log, sorted. */
function changesLogged(tunnelKey: string): readonly string[] {
  const lines = world.operator.process.logs.filter((entry) => entry['tunnel'] === tunnelKey);
  return lines.map((entry) => String(entry['reason'])).toSorted();
}

/** A Service without the fields that the server updates on every change. */
function ownBusiness({ metadata, spec, status }: KubeObject): unknown {
  const { labels = {}, annotations = {}, finalizers = [], uid } = metadata;
  return { labels, annotations, finalizers, uid, spec, status };
}

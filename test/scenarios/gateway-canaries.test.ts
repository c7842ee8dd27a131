/** Routes whose weights another controller shifts: as Argo Rollouts with its plugin for Gateways does, and as Flagger does. */
import { beforeAll, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { visit } from 'cftunnel-sandbox/testing/visit';
import {
  describeWithGatewayApi,
  gateway,
  gatewayClass,
  httpRoute,
  installGatewayApi,
  ruleTo,
} from '../support/gateway-api.ts';
import { describeWith } from '../support/programs.ts';
import { useWorld } from '../support/shared.ts';
import { NEEDS_NODE, onNode } from '../support/world-needs.ts';
import { service, whoami, withPods } from '../support/world-objects.ts';
import { startClusterWithNode } from '../support/world-real-node.ts';
import { ready } from '../support/world-views.ts';

const ROLLOUT = 'rollout.example.com';
const CANARY = 'canary.example.com';
const IN_PROGRESS = { 'rollouts.argoproj.io/gatewayapi-canary': 'in-progress' };

const world = useWorld({ cluster: startClusterWithNode });

describeWithGatewayApi('with the proxy', () => {
  describeWith('envoy', 'a route whose weights another controller shifts', () => {
    beforeAll(async () => {
      await world.addNamespace('shop');
      await installGatewayApi(world);
      await world.kube.create(
        gatewayClass('cftunnel', { group: '', kind: 'Secret', name: 'cloudflare', namespace: 'shop' }),
      );
      for (const name of ['primary', 'canary']) {
        await world.kube.create(whoami(`shop/${name}`));
        await world.kube.create(withPods(service(`shop/${name}`)));
      }
      await world.kube.create(gateway('shop/edge'));
      await ready(world, 'shop/edge');
    });

    it(
      `follows the steps of Argo Rollouts, and rolls no connector${NEEDS_NODE}`,
      onNode(async () => {
        await world.kube.create(httpRoute('shop/rollout', { hostnames: [ROLLOUT], rules: shared(100, 0) }));
        await answeredBy(ROLLOUT, ['primary']);
        const before = await world.kube.get('Deployment', 'shop/edge-cloudflared');

        for (const [primary, canary, names] of [
          [50, 50, ['canary', 'primary']],
          [0, 100, ['canary']],
          [100, 0, ['primary']],
        ] as const) {
          const labels = canary === 0 ? { [Object.keys(IN_PROGRESS)[0] ?? '']: null } : IN_PROGRESS;
          const rules = shared(primary, canary);
          await world.kube.patch('HTTPRoute', 'shop/rollout', { metadata: { labels }, spec: { rules } });
          await answeredBy(ROLLOUT, names);
        }

        const after = await world.kube.get('Deployment', 'shop/edge-cloudflared');
        expect(after.metadata.generation).toBe(before.metadata.generation);
      }),
    );

    it(
      `follows Flagger, which replaces the whole spec, copies requests, and keeps visitors at the canary${NEEDS_NODE}`,
      onNode(async () => {
        await world.kube.create(httpRoute('shop/flagger', { hostnames: [CANARY], rules: shared(100, 0) }));
        await answeredBy(CANARY, ['primary']);

        await replaced([...shared(100, 0, { filters: [COPIED] })]);
        await answeredBy(CANARY, ['primary']);
        await replaced([STICKY, ...shared(50, 50, {}, [MARKED])]);
        await answeredBy(CANARY, ['canary', 'primary']);
        const marks = await Promise.all(Array.from({ length: 20 }, () => world.edge.get(CANARY)));
        for (const { body, headers } of marks)
          expect(String(headers['set-cookie'] ?? '')).toBe(podOf(body) === 'canary' ? `${COOKIE}; Max-Age=3600` : '');
        await eventually(async () =>
          expect(podOf((await visit(world.edge.url, CANARY, '/', { headers: { cookie: COOKIE } })).body)).toBe(
            'canary',
          ),
        );

        await replaced(shared(100, 0));
        await answeredBy(CANARY, ['primary']);
      }),
    );

    it('is not written to by the operator, whatever the weights, but for its status and finalizer', async () => {
      const { metadata, spec } = await world.kube.get('HTTPRoute', 'shop/flagger');

      expect([metadata.labels, metadata.annotations]).toEqual([undefined, undefined]);
      expect(spec?.['rules']).toMatchObject([{ backendRefs: [{ weight: 100 }, { weight: 0 }] }]);
    });
  });
});

const COOKIE = 'flagger-cookie=LpsIaLdoNZ';

/** The rule by which Flagger keeps a visitor at the canary. */
const STICKY = {
  ...ruleTo({ primary: 0, canary: 100 }),
  matches: [{ headers: [{ type: 'RegularExpression', name: 'Cookie', value: `.*${COOKIE}.*` }] }],
};

/** How Flagger marks what the canary has answered. */
const MARKED = {
  type: 'ResponseHeaderModifier',
  responseHeaderModifier: { add: [{ name: 'Set-Cookie', value: `${COOKIE}; Max-Age=3600` }] },
};

const COPIED = { type: 'RequestMirror', requestMirror: { backendRef: { name: 'canary', port: 80 } } };

/** A rule that leads to both Services by weight, with filters for what the canary answers. */
function shared(
  primary: number,
  canary: number,
  more: object = {},
  filters: readonly object[] = [],
): readonly object[] {
  const match = { matches: [{ path: { type: 'PathPrefix', value: '/' } }] };
  const backendRefs = [backend('primary', primary), { ...backend('canary', canary), filters }];
  return [{ ...match, ...more, backendRefs }];
}

function backend(name: string, weight: number): object {
  return { group: '', kind: 'Service', name, port: 80, weight };
}

async function replaced(rules: readonly object[]): Promise<void> {
  const parentRefs = [{ name: 'edge' }];
  await world.kube.patch('HTTPRoute', 'shop/flagger', { spec: { parentRefs, hostnames: [CANARY], rules } });
}

/** Resolves once twenty visitors in a row are answered by exactly these Deployments. */
async function answeredBy(host: string, names: readonly string[]): Promise<void> {
  await eventually(async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.edge.get(host)));
    expect([...new Set(answers.map(({ body }) => podOf(body)))].toSorted()).toEqual(names);
  });
}

function podOf(body: string): string {
  return /^Hostname: ([a-z]+)-/m.exec(body)?.[1] ?? body;
}

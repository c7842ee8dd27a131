import { describe, expect, it } from '@jest/globals';
import type { GatewayClass } from '../../../src/api/gateway-objects.ts';
import { EPOCH, aTunnel } from '../../support/builders.ts';
import { aGatewayClass } from '../../support/gateways.ts';
import { WITH_SECRET, aWorld } from './a-gateway-world.ts';

describe('a GatewayClass', () => {
  it.each([
    {
      case: 'without parameters',
      gatewayClass: aGatewayClass(),
      release: 'v1.6.1',
      reasons: ['Accepted', 'SupportedVersion'],
    },
    {
      case: 'with a Secret',
      gatewayClass: WITH_SECRET,
      release: undefined,
      reasons: ['Accepted', 'UnsupportedVersion'],
    },
    {
      case: 'with a template that is missing',
      gatewayClass: aGatewayClass('cftunnel', {
        parametersRef: { group: 'cftunnel.io', kind: 'Tunnel', name: 't', namespace: 'x' },
      }),
      release: 'v1.6.1',
      reasons: ['InvalidParameters', 'SupportedVersion'],
    },
  ])('$case is told $reasons', async ({ gatewayClass, release, reasons }) => {
    const world = aWorld({ gatewayClass, ...(release === undefined ? {} : { release }) });

    expect(await world.classPass()).toStrictEqual({ recheckAfterMs: 600_000 });

    const { conditions } = world.statuses[0] as { readonly conditions: readonly { readonly reason: string }[] };
    expect(conditions.map(({ reason }) => reason)).toEqual(reasons);
  });

  describe('of an operator of one namespace', () => {
    const template = { group: 'cftunnel.io', kind: 'Tunnel', name: 'home' };
    const OWN = aGatewayClass('cftunnel', { parametersRef: { ...template, namespace: 'shop' } });
    const OTHER = aGatewayClass('cftunnel', { parametersRef: { ...template, namespace: 'infra' } });
    const ACCEPTED = { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'by another release' } as const;
    const told = (observedGeneration: number): GatewayClass => ({
      ...OWN,
      status: { conditions: [{ ...ACCEPTED, observedGeneration, lastTransitionTime: EPOCH }] },
    });

    it.each([
      { case: 'is described', gatewayClass: WITH_SECRET, log: ['status GatewayClass'] },
      { case: 'with a template there is described', gatewayClass: OWN, log: ['status GatewayClass'] },
      { case: 'with a template elsewhere is left to the operator there', gatewayClass: OTHER, log: [] },
      { case: 'is left as another release has described it', gatewayClass: told(1), log: [] },
      { case: 'is described again when it has changed', gatewayClass: told(0), log: ['status GatewayClass'] },
    ])('$case', async ({ gatewayClass, log }) => {
      const world = aWorld({ gatewayClass, tunnels: [aTunnel('shop/home')], watchNamespace: 'shop' });
      await world.classPass();

      expect(world.log).toEqual(log);
    });

    it('is not accepted without its template, whoever has accepted it', async () => {
      const world = aWorld({ gatewayClass: told(1), watchNamespace: 'shop' });
      await world.classPass();

      expect(world.statuses).toMatchObject([{ conditions: [{ reason: 'InvalidParameters' }, {}] }]);
    });
  });

  it('is not written to when its status says it all, and told of a release that is gone', async () => {
    const first = aWorld({ release: 'v1.6.1' });
    await first.classPass();
    const gatewayClass = { ...WITH_SECRET, status: first.statuses[0] as NonNullable<GatewayClass['status']> };
    const [same, gone] = [{ release: 'v1.6.1' }, { hasDefinition: false }].map((more) =>
      aWorld({ gatewayClass, ...more }),
    );
    await same?.classPass();
    await gone?.classPass();

    expect([same?.log, gone?.log]).toEqual([[], ['status GatewayClass']]);
    expect(gone?.statuses).toMatchObject([
      { conditions: [{}, { message: expect.stringMatching(/does not say its release/) }] },
    ]);
  });

  it.each([
    { case: 'of another controller', name: 'cftunnel', controllerName: 'x.io/y' },
    { case: 'that is gone', name: 'gone', controllerName: 'cftunnel.io/gateway' },
  ])('$case is left alone', async ({ name, controllerName }) => {
    const world = aWorld({ gatewayClass: aGatewayClass('cftunnel', { controllerName }) });

    expect(await world.classPass(name)).toStrictEqual({});
    expect(world.log).toEqual([]);
  });
});

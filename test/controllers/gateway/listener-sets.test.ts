import { describe, expect, it } from '@jest/globals';
import type { ListenerSet } from '../../../src/api/gateway-objects.ts';
import { aGateway, aListener, aListenerSet, aTlsListener } from '../../support/gateways.ts';
import { aWorld, owned } from './a-gateway-world.ts';

const OPEN = aGateway('shop/edge', { allowedListeners: { namespaces: { from: 'All' } } });
const ENTRY = aListener('a', { hostname: 'a.example.com' });

function aCluster(sets: readonly ListenerSet[], gateway = OPEN) {
  return aWorld({ gateway, sets, tunnels: [owned()] });
}

describe('a ListenerSet', () => {
  it.each([
    { case: 'that its Gateway admits', gateway: OPEN, reason: 'Accepted' },
    { case: 'that its Gateway does not admit', gateway: aGateway('shop/edge'), reason: 'NotAllowed' },
  ])('$case is told $reason, after its Gateway', async ({ gateway, reason }) => {
    const world = aCluster([aListenerSet('blog/set', [ENTRY])], gateway);
    await world.pass();

    expect(world.log).toEqual(['status Gateway', 'status ListenerSet']);
    expect(world.statuses[1]).toMatchObject({ conditions: [{ reason }, {}], listeners: gateway === OPEN ? [{}] : [] });
  });

  it('is not written to when its status says it all, or when it is being deleted', async () => {
    const first = aCluster([aListenerSet('blog/set', [ENTRY])]);
    await first.pass();
    const status = first.statuses[1] as NonNullable<ListenerSet['status']>;
    const told = aListenerSet('blog/set', [ENTRY], { status });
    const second = aCluster([told, aListenerSet('blog/leaving', [ENTRY], { deleting: true })]);
    await second.pass();

    expect(second.log).toEqual(['status Gateway']);
  });

  it('is told of a certificate that it has not', async () => {
    const tls = { certificateRefs: [{ name: 'tls' }] };
    const world = aCluster([aListenerSet('blog/set', [aTlsListener('a', { tls }), aTlsListener('b', { port: 8443 })])]);

    expect(await world.pass()).toStrictEqual({ recheckAfterMs: 600_000 });
    expect(world.statuses[1]).toMatchObject({
      conditions: [{ message: 'Not usable: a. The conditions of each say why' }, {}],
    });
  });
});

/** Changes that reach the real Envoy while visitors use it. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWith } from '../../support/programs.ts';
import { aProxiedRoute, aRule } from '../../support/proxy-rules.ts';
import { ProxyWorld } from '../../support/proxy-world.ts';

const HOST = 'a.example.com';
const CHANGES = 30;
const CLIENTS = 8;

// Invariant 53.
describeWith('envoy', 'a change of the configuration', (program) => {
  let world: ProxyWorld;
  beforeAll(async () => {
    world = await ProxyWorld.start(program);
  });
  afterAll(() => world.stop());

  /** The answers of visitors who ask on and on until something has happened. */
  async function meanwhile(event: () => Promise<void>): Promise<Readonly<Record<string, number>>> {
    const end = new AbortController();
    const counts: Record<string, number> = {};
    const client = async (index: number): Promise<void> => {
      const method = index % 2 === 0 ? 'GET' : 'POST';
      while (!end.signal.aborted) {
        const outcome = await world.ask({ host: HOST, method }).then(
          ({ status }) => String(status),
          (error: unknown) => String(error),
        );
        counts[outcome] = (counts[outcome] ?? 0) + 1;
      }
    };
    const clients = Array.from({ length: CLIENTS }, (_, index) => client(index));
    await event();
    end.abort();
    await Promise.all(clients);
    return counts;
  }

  it('of a route to a Service that was not in use loses no request', async () => {
    for (let index = 0; index <= CHANGES; index += 1) await world.service(`shop/s${index}`, [`s${index}`]);
    const leadTo = (index: number) => world.serve([aProxiedRoute(HOST, { rule: aRule([`shop/s${index}`]) })]);
    await leadTo(0);

    const counts = await meanwhile(async () => {
      for (let index = 1; index <= CHANGES; index += 1) await leadTo(index);
    });

    expect(Object.keys(counts)).toEqual(['200']);
    expect((await world.echo({ host: HOST })).pod).toBe(`s${CHANGES}`);
  });

  it('of pods loses no request, and sends none to a pod that has gone', async () => {
    let pods = await world.service('shop/web', ['web-0', 'web-1']);
    await world.serve([aProxiedRoute(HOST, { rule: aRule(['shop/web']) })]);

    const counts = await meanwhile(async () => {
      for (let index = 2; index <= CHANGES; index += 1) {
        const [old, ...rest] = pods;
        pods = [...rest, await world.pod(`web-${index}`)];
        world.endpoints('shop/web', pods);
        await world.serve();
        // Requests of the other visitors may still be on their way to the old pod.
        await world.echo({ host: HOST, headers: { 'x-sent-after': `${index}` } });
        expect(old?.requests.filter(({ headers }) => headers['x-sent-after'] === `${index}`)).toEqual([]);
        await old?.stop();
      }
    });

    expect(Object.keys(counts)).toEqual(['200']);
  });

  it('that names routes before their clusters changes nothing until the next one', async () => {
    await world.service('shop/before', ['before']);
    await world.service('shop/after', ['after']);
    await world.serve([aProxiedRoute(HOST, { rule: aRule(['shop/before']) })]);
    const { 'clusters.yaml': clusters } = world.compile([aProxiedRoute(HOST, { rule: aRule(['shop/before']) })]);
    const next = world.compile([aProxiedRoute(HOST, { rule: aRule(['shop/after']) })]);

    await world.envoy.publish({ ...next, 'clusters.yaml': clusters });
    expect((await world.echo({ host: HOST })).pod).toBe('before');
    await world.envoy.publish(next);
    await world.envoy.publish({ ...next, 'bootstrap.json': '{}' });
    expect((await world.echo({ host: HOST })).pod).toBe('after');
  });
});

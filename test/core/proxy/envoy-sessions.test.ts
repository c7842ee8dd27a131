/** Sessions in the real Envoy. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Session } from '../../../src/core/model/proxy-rule.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { describeWith } from '../../support/programs.ts';
import { aBackend, aProxiedRoute, aRule } from '../../support/proxy-rules.ts';
import { ProxyWorld } from '../../support/proxy-world.ts';

const HOST = 'a.example.com';
const COOKIE: Session = { type: 'Cookie', name: 'visitor', path: '/shop', lifetimeMs: 60_000 };

// Invariant 55.
describeWith('envoy', 'a session in Envoy', (program) => {
  let world: ProxyWorld;
  beforeAll(async () => {
    world = await ProxyWorld.start(program);
  });
  afterAll(() => world.stop());

  /** The cookies of new visitors. */
  const visitors = (count: number): Promise<readonly string[]> =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const { headers } = await world.ask({ host: HOST });
        return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
      }),
    );
  const podOf = async (cookie: string): Promise<string> => (await world.echo({ host: HOST, headers: { cookie } })).pod;

  it('keeps a visitor with one pod, and moves only the visitors of a pod that goes', async () => {
    const [first, ...others] = await world.service('shop/web', ['web-1', 'web-2', 'web-3']);
    await world.serve([aProxiedRoute(HOST, { rule: { ...aRule(['shop/web']), session: COOKIE } })]);

    const cookies = await visitors(30);
    const before = await Promise.all(cookies.map(podOf));
    expect(await Promise.all(cookies.map(podOf))).toEqual(before);
    expect(new Set(before)).toEqual(new Set(['web-1', 'web-2', 'web-3']));

    world.endpoints('shop/web', others);
    await world.serve();
    await first?.stop();

    const after = await Promise.all(cookies.map(podOf));
    const stayed = before.map((pod, index) => (pod === 'web-1' ? 'moved' : after[index] === pod));
    expect(new Set(stayed)).toEqual(new Set(['moved', true]));
  });

  it('is told to the visitor when it begins or moves, and not again', async () => {
    await world.service('shop/web', ['only']);
    await world.serve([aProxiedRoute(HOST, { rule: { ...aRule(['shop/web']), session: COOKIE } })]);
    const cookiesFor = async (cookie: string) =>
      (await world.ask({ host: HOST, headers: { cookie } })).headers['set-cookie'];

    const set = ['visitor=id-of-only; Path=/shop; Max-Age=60; Secure; HttpOnly'];
    expect((await world.ask({ host: HOST })).headers['set-cookie']).toEqual(set);
    expect(await cookiesFor('other=id-of-only')).toEqual(set);
    expect(await cookiesFor('visitor=id-of-gone')).toEqual(set);
    expect(await cookiesFor('a=b; visitor=id-of-only')).toBeUndefined();
  });

  it('may have a name and a path of any characters that a cookie may have', async () => {
    await world.service('shop/web', ['only']);
    const session: Session = { type: 'Cookie', name: "a'b%", path: "/it's/100%)" };
    await world.serve([aProxiedRoute(HOST, { rule: { ...aRule(['shop/web']), session } })]);

    const { headers } = await world.ask({ host: HOST });

    expect(headers['set-cookie']).toEqual(["a'b%=id-of-only; Path=/it's/100%); Secure; HttpOnly"]);
  });

  it('says nothing where there is no pod', async () => {
    await world.service('shop/web', []);
    await world.serve([aProxiedRoute(HOST, { rule: { ...aRule(['shop/web']), session: COOKIE } })]);

    const { status, headers } = await world.ask({ host: HOST });

    expect(status).toBe(503);
    expect(headers).not.toHaveProperty('set-cookie');
  });

  it('holds over several Services whatever their weights, which only new visitors notice', async () => {
    await world.service('shop/old', ['old']);
    await world.service('shop/new', ['new']);
    await world.serve(weighted(1, 0));
    const cookies = await visitors(20);
    expect(new Set(cookies)).toEqual(new Set(['visitor=id-of-old']));

    await world.serve(weighted(0, 1));
    expect(await podOf('visitor=id-of-old')).toBe('old');
    expect(new Set(await visitors(20))).toEqual(new Set(['visitor=id-of-new']));

    await world.serve(weighted(1, 1));
    expect(new Set(await visitors(40))).toEqual(new Set(['visitor=id-of-old', 'visitor=id-of-new']));
  });

  it('can be in a header, which the answer tells', async () => {
    await world.service('shop/web', ['web-1', 'web-2', 'web-3']);
    const session: Session = { type: 'Header', name: 'X-Session' };
    await world.serve([aProxiedRoute(HOST, { rule: { ...aRule(['shop/web']), session } })]);

    const { headers } = await world.ask({ host: HOST });
    const id = String(headers['x-session']);
    const pods = await world.tally(20, { host: HOST, headers: { 'x-session': id } });

    expect(pods).toEqual({ [id.replace('id-of-', '')]: 20 });
  });
});

/** A route to two Services. */
function weighted(old: number, next: number): readonly Route[] {
  const backends = [
    { weight: old, backend: aBackend('shop/old') },
    { weight: next, backend: aBackend('shop/new') },
  ];
  return [aProxiedRoute(HOST, { rule: { backends, session: COOKIE } })];
}

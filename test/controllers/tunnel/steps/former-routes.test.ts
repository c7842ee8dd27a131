import { describe, expect, it } from '@jest/globals';
import { NO_PROXY } from '../../../../src/controllers/tunnel/pass/proxy-memory.ts';
import { formerRoutes } from '../../../../src/controllers/tunnel/steps/former-routes.ts';
import type { Route } from '../../../../src/core/model/route.ts';
import { Waits } from '../../../../src/runtime/waits.ts';
import { aProxiedRoute } from '../../../support/routes.ts';

const [A, B, C] = ['a', 'b', 'c'].map((name) => aProxiedRoute(`${name}.example.com`)) as [Route, Route, Route];

/** Proxies whose configuration is made again and again, with the routes given. */
function proxies(published: readonly Route[]) {
  let proxy = NO_PROXY;
  const clock = { time: 0, now: () => clock.time };
  const waits = new Waits(clock);
  return {
    after(ms: number, routes: readonly Route[]) {
      clock.time += ms;
      const found = formerRoutes({ proxy, waits }, routes, published);
      proxy = { ...proxy, routes, former: found.former };
      return found;
    },
  };
}

describe('what proxies had before', () => {
  it('is what they have, if that stays the same', () => {
    expect(proxies([A]).after(0, [A])).toStrictEqual({ former: [], before: [A] });
  });

  it('is what was published, after a restart with other routes', () => {
    expect(proxies([A]).after(0, [A, B])).toStrictEqual({ former: [A], before: [A], dueInMs: 3_000 });
  });

  it('stays until proxies have read the change, and its clusters until slow kubelets have brought it', () => {
    const changed = proxies([A]);
    changed.after(0, [B]);

    expect(changed.after(1_000, [B])).toStrictEqual({ former: [A], before: [A], dueInMs: 2_000 });
    expect(changed.after(2_000, [B])).toStrictEqual({ former: [A], before: [A, B] });
    expect(changed.after(116_999, [B])).toStrictEqual({ former: [A], before: [A, B] });
    expect(changed.after(1, [B])).toStrictEqual({ former: [], before: [B] });
  });

  it('counts from the last change', () => {
    const changed = proxies([A]);
    changed.after(0, [B]);

    expect(changed.after(2_000, [C])).toStrictEqual({ former: [A, B], before: [A, B], dueInMs: 3_000 });
    expect(changed.after(2_000, [C])).toStrictEqual({ former: [A, B], before: [A, B], dueInMs: 1_000 });
  });

  it.each<{ case: string; routes: readonly Route[] }>([
    { case: 'come in another order', routes: [B, A] },
    { case: 'leave', routes: [{ ...A, isLeaving: true }, B] },
    { case: 'have no record', routes: [A, { ...B, isUnrecorded: true }] },
    { case: 'ask for no record', routes: [A, { ...B, dns: 'disabled' }] },
  ])('is the same while the same routes $case', ({ routes }) => {
    expect(proxies([A, B]).after(0, routes)).toStrictEqual({ former: [], before: routes });
  });

  it('is all of it, if only some of it goes', () => {
    expect(proxies([A, B]).after(0, [A]).former).toEqual([A, B]);
  });
});

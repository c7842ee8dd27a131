import { describe, expect, it } from '@jest/globals';
import { Orphans } from '../../../../src/controllers/tunnel/clean-up/orphans.ts';
import { Waits } from '../../../../src/runtime/waits.ts';
import { aTunnel } from '../../../support/builders.ts';
import { aRecord } from '../../../support/dns.ts';
import { aClock } from '../../../support/tunnel-pass.ts';

const TUNNEL = { id: 'x', name: 'test/shop/former', isRemotelyManaged: false };
const RECORD = aRecord('old.example.com', { comment: 'cftunnel.io owner=test/shop/former' });

describe('leftovers of former Tunnels', () => {
  it('are counted by kind for as long as they are there, and reported once', () => {
    const { orphans, reports, clock } = aWorld();

    orphans.lookAtTunnels('account', [TUNNEL]);
    for (const zone of ['one', 'two']) orphans.lookAtRecords(zone, [RECORD]);
    expect([orphans.count('tunnel'), orphans.count('record')]).toEqual([1, 2]);
    clock.nowMs = 60_000;
    orphans.lookAtTunnels('account', [TUNNEL, { ...TUNNEL, id: 'y' }]);
    orphans.lookAtRecords('one', []);

    expect([orphans.count('tunnel'), orphans.count('record')]).toEqual([2, 1]);
    expect(reports.map((report) => /tunnel \S+ \(.\)|record \S+/.exec(report)?.[0])).toEqual([
      'tunnel test/shop/former (x)',
      'record old.example.com',
      'tunnel test/shop/former (y)',
    ]);
  });

  it('are looked for once in each interval', () => {
    const { orphans, clock } = aWorld();
    const seenAt = (nowMs: number, isThere: boolean): number => {
      clock.nowMs = nowMs;
      orphans.lookAtTunnels('account', isThere ? [TUNNEL] : []);
      return orphans.count('tunnel');
    };

    expect([seenAt(0, false), seenAt(59_999, true), seenAt(60_000, true)]).toEqual([0, 0, 1]);
    expect([seenAt(119_999, false), seenAt(120_000, false)]).toEqual([1, 0]);
  });

  it('are none while their Tunnel exists, nor after this process has seen it go', () => {
    const { orphans, reports } = aWorld();
    orphans.saw('shop/former');

    orphans.lookAtTunnels('account', [TUNNEL, { ...TUNNEL, name: 'test/shop/home' }]);

    expect([orphans.count('tunnel'), reports]).toEqual([0, []]);
  });
});

/** The Tunnel `shop/home` exists. */
function aWorld() {
  const clock = aClock();
  const reports: string[] = [];
  const orphans = new Orphans({
    cluster: 'test',
    namespace: undefined,
    tunnels: { list: () => [aTunnel('shop/home')] },
    hash: String,
    everyMs: 60_000,
    since: new Waits(clock),
    report: (message) => void reports.push(message),
  });
  return { clock, reports, orphans };
}

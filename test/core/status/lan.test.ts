import { describe, expect, it } from '@jest/globals';
import { claimOf } from '../../../src/core/model/route.ts';
import { type TunnelObservation, describeExposed } from '../../../src/core/status/exposed.ts';
import { observeTunnel, recordNameOf } from '../../../src/core/status/observe-tunnel.ts';
import { serveStateOf } from '../../../src/core/status/serve-state.ts';
import { NOTHING_SERVED, aHostname, aLanName, aRoute } from '../../support/routes.ts';

const NAS = aLanName('nas.example.com', ['192.168.1.10', 'fd00::10']);
const SITE = aRoute('app.example.com');
const ALONE = { source: 'shop/web', tunnel: 'shop/home', routes: [NAS], problems: [], warnings: [] };
const BESIDE = { ...ALONE, routes: [SITE, NAS] };
const NEW = { current: undefined, unanswered: [] };

/** A Tunnel without a connector, at which these routes are live. */
function cutOff(...live: readonly (typeof NAS)[]): TunnelObservation {
  const unconnected = 'no connector is connected';
  return {
    ...NOTHING_SERVED,
    isConnected: false,
    isServed: false,
    unconnected,
    live: new Map(live.map((route) => [claimOf(route), route.source])),
  };
}

// Invariant 32.
describe('a name of the local network', () => {
  it('needs no connector', () => {
    expect(describeExposed(ALONE, cutOff(NAS), NEW)).toEqual({
      status: 'True',
      reason: 'Exposed',
      message: 'nas.example.com at 192.168.1.10 and fd00::10',
    });
    expect(serveStateOf(ALONE, cutOff(NAS))).toBe('served');
  });

  it('is not exposed before its records are there', () => {
    expect(describeExposed(ALONE, cutOff(), NEW)).toMatchObject({ status: 'Unknown', reason: 'Progressing' });
    expect(serveStateOf(ALONE, cutOff())).toBe('waiting');
  });

  it('does not make a public name exposed that no connector serves', () => {
    expect(describeExposed(BESIDE, cutOff(SITE, NAS), NEW)).toMatchObject({ reason: 'NoConnectors' });
  });

  it('is named as still reachable when its Service has a problem', () => {
    const problems = [{ reason: 'InvalidAnnotation' as const, message: 'a typo' }];

    expect(describeExposed({ ...BESIDE, problems }, cutOff(SITE, NAS), NEW).message).toBe(
      'a typo (still served: nas.example.com at 192.168.1.10 and fd00::10)',
    );
  });

  it('is observed with each of its records, so that a change of its address is no drift', () => {
    const config = { wanted: [NAS], served: [NAS], refused: [], unfit: [] };
    const inPlace = new Set([aHostname('nas.example.com')]);
    const records = { inPlace, refused: new Map(), warnings: new Map(), isComplete: true };
    const findings = { config, records, connected: 1, isServed: true, blocked: undefined, unconnected: undefined };

    const { recorded } = observeTunnel({ key: 'shop/home', settings: { dnsMode: 'Sync' } }, findings);

    const record = { name: 'nas.example.com', type: 'A' as const };
    expect(recorded.has(recordNameOf({ ...record, content: '192.168.1.10' }))).toBe(true);
    expect(recorded.has(recordNameOf({ ...record, content: '192.168.1.11' }))).toBe(false);
    expect(recorded.has(recordNameOf({ ...record, type: 'CNAME', content: 'any' }))).toBe(true);
  });
});

import { describe, expect, it } from '@jest/globals';
import { type TunnelFindings, observeTunnel } from '../../../src/core/status/observe-tunnel.ts';
import { aHostname, aRoute } from '../../support/routes.ts';

const APP = aRoute('app.example.com');
const API = aRoute('api.example.com');
const NOTHING: TunnelFindings = {
  connected: undefined,
  isServed: false,
  blocked: undefined,
  unconnected: undefined,
};
const RECORDS = {
  inPlace: new Set([aHostname('app.example.com')]),
  refused: new Map(),
  warnings: new Map(),
  isComplete: true,
};

describe('a claim', () => {
  it.each([
    { case: 'is live when its rule is published and its record in place', findings: {}, live: ['app.example.com'] },
    { case: 'is not live without records to be seen', findings: { records: undefined }, live: [] },
    { case: 'is not live without published rules', findings: { config: undefined }, live: [] },
    {
      case: 'is not live while its rule waits, though its hostname has a record',
      findings: { config: { wanted: [APP], served: [], refused: [], unfit: [] } },
      live: [],
    },
  ])('$case', ({ findings, live }) => {
    const config = { wanted: [APP, API], served: [APP, API], refused: [], unfit: [] };

    expect([...observe({ config, records: RECORDS, ...findings }).live.keys()]).toEqual(live);
  });

  it('is live without a record of ours where somebody else keeps the records', () => {
    const wanted = [APP, { ...API, dns: 'managed' as const }];
    const config = { wanted, served: wanted, refused: [], unfit: [] };

    expect([...observe({ config, records: RECORDS }, 'Disabled').live.keys()]).toEqual(['app.example.com']);
  });

  it.each([
    {
      kind: 'refused',
      config: { wanted: [APP], served: [APP], refused: [{ route: APP, why: 'no' }], unfit: [] },
      reason: 'InvalidAnnotation',
    },
    { kind: 'unfit', config: { wanted: [APP], served: [APP], refused: [], unfit: [APP] }, reason: 'TunnelNotReady' },
  ])('that is $kind is not live, and the reason is told', ({ config, reason }) => {
    const { live, refusedRules } = observe({ config, records: RECORDS });

    expect(live.size).toBe(0);
    expect(refusedRules.get('app.example.com')?.reason).toBe(reason);
  });
});

describe('what is not live may be so all the same', () => {
  it.each([
    { case: 'unless all records were looked at', mode: 'Sync', records: RECORDS, isComplete: true },
    {
      case: 'while some zone could not be read',
      mode: 'Sync',
      records: { ...RECORDS, isComplete: false },
      isComplete: false,
    },
    { case: 'while no record was looked at', mode: 'Sync', records: undefined, isComplete: false },
  ] as const)('$case', ({ mode, records, isComplete }) => {
    expect(observe({ records }, mode).isComplete).toBe(isComplete);
  });

  it.each([
    { connected: undefined, isComplete: false, isConnected: false },
    { connected: 0, isComplete: true, isConnected: false },
    { connected: 1, isComplete: true, isConnected: true },
  ])('with DNS disabled unless the connectors are known: $connected', ({ connected, ...observation }) => {
    expect(observe({ connected }, 'Disabled')).toMatchObject(observation);
  });
});

function observe(findings: Partial<TunnelFindings>, dnsMode: 'Sync' | 'Disabled' = 'Sync') {
  return observeTunnel({ key: 'shop/home', settings: { dnsMode } }, { ...NOTHING, ...findings });
}

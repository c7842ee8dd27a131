import { describe, expect, it } from '@jest/globals';
import type { TunnelSpec } from '../../../src/api/tunnel.gen.ts';
import { type TokenProbes, checkTunnel } from '../../../src/core/check/tunnel.ts';
import { type TunnelTraits, aTunnel } from '../../support/builders.ts';

const CONDITION = { type: 'Ready', status: 'True', reason: 'Ready', message: 'ok', lastTransitionTime: '' } as const;
const TOKEN: TokenProbes = {
  tunnels: { value: [] },
  zones: { value: ['example.com', 'example.net'] },
  records: new Map([['example.com', { value: [] }]]),
};
const READS = 'Cloudflare Tunnel: it reads the tunnels of the account';
const WRITES =
  'Only reads were tried. Whether it may write shows in the conditions of the Tunnel: PermissionMissing names what is missing';

function reported(traits: TunnelTraits) {
  const findings = checkTunnel(aTunnel('shop/home', traits), { problem: '' }).slice(0, 2);
  return findings.map(({ subject, ...finding }) => {
    expect(subject).toBe('Tunnel shop/home');
    return finding;
  });
}

describe('a Tunnel', () => {
  it.each<{ spec?: Partial<TunnelSpec>; status?: TunnelTraits['status']; found: string; message: string }>([
    {
      spec: { suspend: true },
      status: { conditions: [CONDITION] },
      found: 'warning',
      message: 'It is suspended, so nothing of it is changed. To resume: cftunnel resume',
    },
    {
      status: {},
      found: 'failed',
      message: 'The operator has not reported on it yet. Is it running, and does it watch this namespace?',
    },
    {
      status: { conditions: [{ ...CONDITION, type: 'RecordsReady', status: 'False' }, CONDITION] },
      found: 'ok',
      message: 'It is ready',
    },
    {
      status: { conditions: [{ ...CONDITION, status: 'False', reason: 'Blocked', message: 'no way out' }] },
      found: 'failed',
      message: 'Blocked: no way out',
    },
    {
      status: { conditions: [{ ...CONDITION, status: 'Unknown', reason: 'Progressing', message: 'soon' }] },
      found: 'warning',
      message: 'Progressing: soon',
    },
  ])('$found: $message', ({ spec = {}, status = {}, found, message }) => {
    expect(reported({ spec, status })[0]).toStrictEqual({ status: found, message });
  });

  const WAY_OUT =
    '. The pods need a way out to region1.v2.argotunnel.com and region2.v2.argotunnel.com, port 7844 (TCP, and UDP for QUIC)';

  it.each([
    { ready: 2, status: 'ok', message: "2 of 2 connectors are connected to Cloudflare's edge" },
    { ready: 1, status: 'warning', message: "1 of 2 connectors are connected to Cloudflare's edge" },
    {
      ready: undefined,
      status: 'failed',
      message: `0 of 2 connectors are connected to Cloudflare's edge${WAY_OUT}`,
    },
    { replicas: 0, status: 'warning', message: 'It has no connectors: spec.replicas is 0' },
  ])('with $ready of 2 connectors: $status', ({ ready, replicas = 2, status, message }) => {
    const told = ready === undefined ? {} : { readyReplicas: ready };

    expect(reported({ spec: { replicas }, status: told })[1]).toStrictEqual({ status, message });
  });
});

describe('the token of a Tunnel', () => {
  const about = (tried: Partial<TokenProbes> | { readonly problem: string }) =>
    checkTunnel(aTunnel('shop/home'), 'problem' in tried ? tried : { ...TOKEN, ...tried })
      .slice(2)
      .map(({ subject, status, message }) => {
        expect(subject).toBe('Tunnel shop/home, token');
        return `${status}: ${message}`;
      });
  const denied = { problem: 'the token needs more' };
  const [tunnels, zones, records, writes] = [
    `ok: ${READS}`,
    'ok: Zone: it sees example.com, example.net',
    'ok: DNS: it reads the records of example.com',
    `unknown: ${WRITES}`,
  ];
  const access = 'ok: Access: it reads the policies and service tokens of the account';
  const failed = `failed: ${denied.problem}`;
  const noZone = 'ok: Zone: it sees no zone';

  it.each<{ name: string; tried: Partial<TokenProbes>; found: readonly string[] }>([
    { name: 'reads everything', tried: {}, found: [tunnels, zones, records, writes] },
    { name: 'reads Access', tried: { access: [{ value: [] }] }, found: [tunnels, zones, records, access, writes] },
    { name: 'may read nothing', tried: { tunnels: denied, zones: denied }, found: [failed, failed, records, writes] },
    {
      name: 'is of no known account',
      tried: { tunnels: undefined },
      found: ['failed: The account is not known. Set spec.accountId', zones, records, writes],
    },
    { name: 'sees no zone', tried: { zones: { value: [] } }, found: [tunnels, noZone, records, writes] },
    { name: 'gets another answer', tried: { zones: { value: 'a' } }, found: [tunnels, noZone, records, writes] },
    { name: 'needs no records', tried: { records: new Map() }, found: [tunnels, zones, writes] },
    {
      name: 'reads the records of one zone',
      tried: { records: new Map([...TOKEN.records, ['example.net', denied]]) },
      found: [tunnels, zones, records, failed, writes],
    },
    {
      name: 'may not read the policies of Access',
      tried: { access: [{ value: [] }, denied] },
      found: [tunnels, zones, records, failed, writes],
    },
  ])('$name', ({ tried, found }) => {
    expect(about(tried)).toStrictEqual(found);
  });

  it('may not have been tried', () => {
    expect(about({ problem: 'you may not read Secret a/b' })).toStrictEqual([
      'unknown: It was not tried: you may not read Secret a/b',
    ]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { ACCESS_REASONS, EXPOSED, EXPOSED_REASONS, TUNNEL_PARTS, TUNNEL_REASONS } from '../../src/api/conditions.ts';

describe('the reasons of a Service', () => {
  it('are those of the contract, and no others', () => {
    expect(Object.keys(EXPOSED_REASONS).toSorted()).toEqual([
      'AccessConflict',
      'AccessNotReady',
      'AccessRequired',
      'BackendNotFound',
      'Exposed',
      'HostnameConflict',
      'InvalidAnnotation',
      'InvalidSpec',
      'NoConnectors',
      'NoLanAddress',
      'NoReadyEndpoints',
      'NotAllowed',
      'PortNotFound',
      'Progressing',
      'ProxyUnavailable',
      'RecordConflict',
      'TunnelNotFound',
      'TunnelNotReady',
      'ZoneInactive',
      'ZoneNotFound',
    ]);
  });
});

describe('every reason', () => {
  const reasons = { ...TUNNEL_REASONS, ...EXPOSED_REASONS, ...ACCESS_REASONS };

  it.each(Object.keys(reasons))('%s is CamelCase, as Kubernetes requires', (reason) => {
    expect(reason).toMatch(/^[A-Z][A-Za-z0-9]*$/);
  });

  it.each(Object.entries(reasons))('%s explains its meaning: %s', (_, meaning) => {
    expect(meaning).toMatch(/^[A-Z`].*\.$/s);
  });
});

describe('the condition types', () => {
  it('name the parts in the order in which they are set up', () => {
    expect(TUNNEL_PARTS).toEqual(['CredentialsReady', 'TunnelReady', 'ConfigReady', 'ConnectorsReady', 'DNSReady']);
  });

  it('have a domain prefix on a Service, which is not our object', () => {
    expect(EXPOSED).toBe('cftunnel.io/Exposed');
  });
});

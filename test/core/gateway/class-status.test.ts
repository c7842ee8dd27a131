import { describe, expect, it } from '@jest/globals';
import { classStatus, isToDescribe } from '../../../src/core/gateway/class-status.ts';
import { SUPPORTED_FEATURES } from '../../../src/core/gateway/features.ts';
import { EPOCH } from '../../support/builders.ts';
import { aGatewayClass } from '../../support/gateways.ts';

const FACTS = { gatewayClass: aGatewayClass(), problem: undefined, release: 'v1.6.1', now: EPOCH };

const LATER = '2026-02-02T00:00:00Z';
const KNOWN = 'v1.1 to v1.6 are known to work, and others are served as far as they agree';

describe('a GatewayClass', () => {
  it.each([
    ...['v1.6.1', 'v1.1.0', 'v1.1.0-rc1'].map((release) => ({
      release,
      says: { status: 'True', reason: 'SupportedVersion', message: `Gateway API ${release} is installed` },
    })),
    ...['v1.0.0', 'v1.7.0', 'v2.1.0', 'xv1.2.0', 'main'].map((release) => ({
      release,
      says: {
        status: 'False',
        reason: 'UnsupportedVersion',
        message: `Gateway API "${release}" is installed; ${KNOWN}`,
      },
    })),
    {
      release: undefined,
      says: {
        status: 'False',
        reason: 'UnsupportedVersion',
        message: `The Gateway API does not say its release; ${KNOWN}`,
      },
    },
  ])('on release $release is told $says.reason', ({ release, says }) => {
    expect(classStatus({ ...FACTS, release }).conditions[1]).toStrictEqual({
      type: 'SupportedVersion',
      ...says,
      lastTransitionTime: EPOCH,
      observedGeneration: 1,
    });
  });

  it.each([
    {
      problem: undefined,
      says: { status: 'True', reason: 'Accepted', message: 'Its Gateways are served through Tunnels' },
    },
    {
      problem: 'no such Tunnel',
      says: { status: 'False', reason: 'InvalidParameters', message: 'no such Tunnel' },
    },
  ])('with the problem $problem is told $says.reason', ({ problem, says }) => {
    expect(classStatus({ ...FACTS, problem }).conditions[0]).toStrictEqual({
      type: 'Accepted',
      ...says,
      lastTransitionTime: EPOCH,
      observedGeneration: 1,
    });
  });

  it('keeps the time of a condition whose status is the same', () => {
    const gatewayClass = { ...aGatewayClass(), status: classStatus(FACTS) };
    const { conditions } = classStatus({ ...FACTS, gatewayClass, problem: 'none', now: LATER });

    expect(conditions.map((one) => one.lastTransitionTime)).toEqual([LATER, EPOCH]);
  });

  it.each([
    { kind: 'Tunnel', namespace: 'shop', watched: undefined, isToDescribe: true },
    { kind: 'Tunnel', namespace: 'shop', watched: 'shop', isToDescribe: true },
    { kind: 'Tunnel', namespace: 'shop', watched: 'blog', isToDescribe: false },
    { kind: 'Secret', namespace: 'shop', watched: 'blog', isToDescribe: true },
  ])('of a $kind in $namespace is described by an operator for $watched: $isToDescribe', (row) => {
    const parametersRef = { group: '', kind: row.kind, namespace: row.namespace, name: 'x' };

    expect(isToDescribe(aGatewayClass('cftunnel', { parametersRef }), row.watched)).toBe(row.isToDescribe);
  });

  it('without parameters is described by every operator', () => {
    expect(['shop', undefined].map((watched) => isToDescribe(aGatewayClass(), watched))).toEqual([true, true]);
  });

  it('names its features in alphabetical order, each once', () => {
    const names = classStatus(FACTS).supportedFeatures.map(({ name }) => name);

    expect(names).toContain('Gateway');
    expect(names).toEqual([...new Set(SUPPORTED_FEATURES)].toSorted());
  });
});

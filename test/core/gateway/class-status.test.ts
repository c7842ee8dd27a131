import { describe, expect, it } from '@jest/globals';
import { classStatus } from '../../../src/core/gateway/class-status.ts';
import { SUPPORTED_FEATURES } from '../../../src/core/gateway/features.ts';
import { isClassTold } from '../../../src/core/gateway/told.ts';
import { EPOCH } from '../../support/builders.ts';
import { aGatewayClass } from '../../support/gateways.ts';

const FACTS = { gatewayClass: aGatewayClass(), problem: undefined, release: 'v1.6.1', now: EPOCH };

describe('a GatewayClass', () => {
  it.each([
    { release: 'v1.6.1', status: 'True', reason: 'SupportedVersion' },
    { release: 'v1.1.0', status: 'True', reason: 'SupportedVersion' },
    { release: 'v1.0.0', status: 'False', reason: 'UnsupportedVersion' },
    { release: 'v1.7.0', status: 'False', reason: 'UnsupportedVersion' },
    { release: 'v2.1.0', status: 'False', reason: 'UnsupportedVersion' },
    { release: 'main', status: 'False', reason: 'UnsupportedVersion' },
    { release: undefined, status: 'False', reason: 'UnsupportedVersion' },
  ])('on release $release is told $reason', ({ release, status, reason }) => {
    const { conditions } = classStatus({ ...FACTS, release });

    expect(conditions[1]).toMatchObject({ type: 'SupportedVersion', status, reason, observedGeneration: 1 });
  });

  it.each([
    { problem: undefined, status: 'True', reason: 'Accepted' },
    { problem: 'no such Tunnel', status: 'False', reason: 'InvalidParameters' },
  ])('with the problem $problem is told $reason', ({ problem, status, reason }) => {
    expect(classStatus({ ...FACTS, problem }).conditions[0]).toMatchObject({ type: 'Accepted', status, reason });
  });

  it('names its features in alphabetical order, each once', () => {
    const names = classStatus(FACTS).supportedFeatures.map(({ name }) => name);

    expect(names).toEqual([...new Set(SUPPORTED_FEATURES)].toSorted());
  });

  it('is written only when something of it differs', () => {
    const wanted = classStatus(FACTS);
    const told = { ...aGatewayClass(), status: wanted };

    expect(isClassTold(told, wanted)).toBe(true);
    expect(isClassTold(aGatewayClass(), wanted)).toBe(false);
    expect(isClassTold({ ...told, status: { ...wanted, supportedFeatures: [] } }, wanted)).toBe(false);
  });
});

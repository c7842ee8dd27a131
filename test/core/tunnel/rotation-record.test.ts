import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Secret } from '../../../src/api/objects.ts';
import { credentialsSecretFor } from '../../../src/core/manifests/secret.ts';
import {
  type RotationRecord,
  readRotation,
  recordOfNewSecret,
  rotationRequest,
  shownRotation,
} from '../../../src/core/tunnel/rotation-record.ts';
import { digest } from '../../../src/adapters/digest.ts';
import { aTunnel } from '../../support/builders.ts';

const HOME = aTunnel('shop/home');
const CREDENTIALS = { accountId: 'a'.repeat(32), tunnelSecret: 'c2VjcmV0', tunnelId: '1' };
const NEXT = { schedule: '0 3 * * 0', timeZone: 'Europe/Berlin', time: '2026-03-08T02:00:00Z' };
const RECORD = {
  handled: 'ümlaut',
  lastTime: '2026-03-01T02:00:00Z',
  next: NEXT,
  pending: { tunnelSecret: 'bmV3', request: 'now' },
};

function stored(rotation: RotationRecord): Secret {
  return credentialsSecretFor(HOME, { ...CREDENTIALS, rotation }, digest);
}

describe('the record of rotations', () => {
  it('is read as it was written', () => {
    const text = fc.string({ unit: 'binary' });
    const records = fc.record(
      { handled: text, lastTime: text, pending: fc.record({ tunnelSecret: text }) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(records, (record) => {
        expect(readRotation(stored(record), HOME, digest)).toEqual(record);
      }),
    );
    expect(readRotation(stored(RECORD), HOME, digest)).toEqual(RECORD);
  });

  it.each([
    { case: 'the Secret is lost', secret: undefined },
    { case: 'the Secret has none', secret: stored({}) },
    { case: 'it was edited by hand', secret: edited(stored(RECORD)) },
    { case: 'its hash is missing', secret: { ...stored(RECORD), metadata: { name: 'x' } } },
  ])('is what the status shows of it if $case', ({ secret }) => {
    const { handled, lastTime } = RECORD;
    const tunnel = { ...HOME, status: { tokenRotation: { handled, lastTime, nextTime: NEXT.time } } };

    expect(readRotation(secret, tunnel, digest)).toEqual({ handled, lastTime });
    expect(readRotation(secret, HOME, digest)).toEqual({});
  });

  it('is shown without the secret that is pending', () => {
    const { handled, lastTime } = RECORD;

    expect(shownRotation(RECORD)).toEqual({ lastTime, nextTime: NEXT.time, handled });
    expect(shownRotation({ pending: RECORD.pending })).toBeUndefined();
  });

  it('counts a request as handled by a secret that is new', () => {
    expect(recordOfNewSecret({ lastTime: 'then' }, 'now')).toEqual({ lastTime: 'then', handled: 'now' });
    expect(recordOfNewSecret({}, undefined)).toEqual({});
    expect(recordOfNewSecret({ ...RECORD, former: ['pod'] }, 'now')).toEqual({
      handled: 'now',
      lastTime: RECORD.lastTime,
      next: NEXT,
    });
  });
});

it('a request is the value of the annotation', () => {
  const annotations = { 'cftunnel.io/rotate-token': '' };

  expect(rotationRequest({ ...HOME, metadata: { ...HOME.metadata, annotations } })).toBe('');
  expect(rotationRequest(HOME)).toBeUndefined();
});

function edited(secret: Secret): Secret {
  return { ...secret, data: { ...secret.data, 'rotation.json': btoa('{"handled":"forged"}') } };
}

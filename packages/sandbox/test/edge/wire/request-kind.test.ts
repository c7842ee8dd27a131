import { describe, expect, it } from '@jest/globals';
import { requestKind } from '../../../src/edge/wire/request-kind.ts';

const UPGRADE = 'cf-cloudflared-proxy-connection-upgrade';
const SOURCE = 'cf-cloudflared-proxy-src';

describe('a request from the edge', () => {
  it.each([
    { headers: {}, kind: 'http' },
    { headers: { [UPGRADE]: 'something-else' }, kind: 'http' },
    { headers: { [SOURCE]: '' }, kind: 'http' },
    { headers: { [UPGRADE]: 'control-stream' }, kind: 'control-stream' },
    { headers: { [UPGRADE]: 'control-stream', [SOURCE]: '10.0.0.1' }, kind: 'tcp' },
    { headers: { [UPGRADE]: 'websocket', [SOURCE]: '10.0.0.1' }, kind: 'websocket' },
    { headers: { [UPGRADE]: 'update-configuration', [SOURCE]: '10.0.0.1' }, kind: 'configuration' },
  ])('with $headers is $kind', ({ headers, kind }) => {
    expect(requestKind(headers)).toBe(kind);
  });
});

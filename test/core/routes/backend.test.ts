import { describe, expect, it } from '@jest/globals';
import type { Service } from '../../../src/api/objects.ts';
import { type Backend, parseBackend } from '../../../src/core/routes/backend.ts';
import { annotationWords } from '../../../src/core/routes/words.ts';
import { aService } from '../../support/builders.ts';

const HTTP = { name: 'http', port: 8080 };
const ADMIN = { name: 'admin', port: 9000 };

describe('the port', () => {
  it.each([
    { case: 'is the only one', ports: [{ port: 8080 }], port: undefined, origin: 'http://web.shop.svc:8080' },
    { case: 'is the one called http', ports: [ADMIN, HTTP], port: undefined, origin: 'http://web.shop.svc:8080' },
    {
      case: 'is the one called https, if none is called http',
      ports: [ADMIN, { name: 'web', port: 1 }, { name: 'https', port: 2 }],
      port: undefined,
      origin: 'https://web.shop.svc:2',
    },
    {
      case: 'is the one called web before the one numbered 80',
      ports: [
        { name: 'a', port: 80 },
        { name: 'web', port: 3000 },
      ],
      port: undefined,
      origin: 'http://web.shop.svc:3000',
    },
    {
      case: 'is 80 before 443',
      ports: [
        { name: 'b', port: 443 },
        { name: 'a', port: 80 },
      ],
      port: undefined,
      origin: 'http://web.shop.svc:80',
    },
    {
      case: 'is 443, if there is no 80',
      ports: [ADMIN, { name: 'b', port: 443 }],
      port: undefined,
      origin: 'https://web.shop.svc:443',
    },
    { case: 'goes by name', ports: [HTTP, ADMIN], port: 'admin', origin: 'http://web.shop.svc:9000' },
    { case: 'goes by number', ports: [HTTP, ADMIN], port: '9000', origin: 'http://web.shop.svc:9000' },
    { case: 'forgives white space', ports: [HTTP, ADMIN], port: ' 9000\n', origin: 'http://web.shop.svc:9000' },
    {
      case: 'is never a UDP one',
      ports: [
        { port: 53, protocol: 'UDP', name: 'dns' },
        { port: 8080, protocol: 'TCP', name: 'x' },
      ],
      port: undefined,
      origin: 'http://web.shop.svc:8080',
    },
  ])('$case', ({ ports, port, origin }) => {
    expect(backendOf(aService('shop/web', { ports }), port)).toEqual({ origin, problems: [], remarks: [] });
  });

  it.each([
    { case: 'none is there', ports: [], port: undefined, says: 'no TCP port' },
    { case: 'several fit alike', ports: [ADMIN, { port: 1 }], port: undefined, says: 'admin (9000), 1' },
    { case: 'the named one is missing', ports: [HTTP], port: 'admin', says: 'no TCP port "admin"; it has http (8080)' },
    { case: 'the named one speaks UDP', ports: [{ port: 53, protocol: 'UDP' }], port: '53', says: 'no TCP port "53"' },
  ])('is a problem when $case', ({ ports, port, says }) => {
    expect(backendOf(aService('shop/web', { ports }), port)).toEqual({
      remarks: [],
      problems: [{ reason: 'PortNotFound', message: expect.stringContaining(says) }],
    });
  });
});

describe('the protocol', () => {
  it.each([
    { case: 'http by default', port: { port: 8080 }, protocol: undefined, scheme: 'http' },
    { case: 'https on port 443', port: { port: 443 }, protocol: undefined, scheme: 'https' },
    { case: 'https on a port called so', port: { port: 8443, name: 'https' }, protocol: undefined, scheme: 'https' },
    { case: 'as appProtocol says', port: { port: 1, appProtocol: 'https' }, protocol: undefined, scheme: 'https' },
    { case: 'http for ws', port: { port: 443, appProtocol: 'kubernetes.io/ws' }, protocol: undefined, scheme: 'http' },
    {
      case: 'https for wss',
      port: { port: 1, appProtocol: 'kubernetes.io/wss' },
      protocol: undefined,
      scheme: 'https',
    },
    { case: 'http for others', port: { port: 1, appProtocol: 'constructor' }, protocol: undefined, scheme: 'http' },
    { case: 'the annotation above all', port: { port: 443, appProtocol: 'https' }, protocol: 'http', scheme: 'http' },
    { case: 'the annotation without its spaces', port: { port: 80 }, protocol: ' https ', scheme: 'https' },
  ])('is $case', ({ port, protocol, scheme }) => {
    const backend = backendOf(aService('shop/web', { ports: [port] }), undefined, protocol);

    expect(backend).toEqual({ origin: `${scheme}://web.shop.svc:${port.port}`, problems: [], remarks: [] });
  });

  it.each(['ftp', 'HTTP', 'h2c', ''])('cannot be %j', (protocol) => {
    const backend = backendOf(aService('shop/web'), undefined, protocol);

    expect(backend.origin).toBeUndefined();
    expect(backend.problems).toEqual([
      { reason: 'InvalidAnnotation', message: expect.stringContaining(`"${protocol}" must be one of`) },
    ]);
  });

  it('is reported beside a missing port, not instead of it', () => {
    const { problems } = backendOf(aService('shop/web'), 'admin', 'ftp');

    expect(problems.map(({ reason }) => reason)).toEqual(['PortNotFound', 'InvalidAnnotation']);
  });
});

function backendOf(service: Service, port?: string, protocol?: string): Backend {
  const words = {
    ...(port === undefined ? {} : { 'cftunnel.io/port': port }),
    ...(protocol === undefined ? {} : { 'cftunnel.io/protocol': protocol }),
  };
  return parseBackend(service, annotationWords(words));
}

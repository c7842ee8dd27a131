import { describe, expect, it } from '@jest/globals';
import type { Service, ServicePort } from '../../../../src/api/objects.ts';
import { type Backend, parseBackend } from '../../../../src/core/sources/service/backend.ts';
import { annotationFields } from '../../../../src/core/sources/annotations/fields.ts';
import { aService } from '../../../support/builders.ts';

const HTTP = { name: 'http', port: 8080 };
const ADMIN = { name: 'admin', port: 9000 };

describe('the port', () => {
  it.each([
    { case: 'is the only one', ports: [{ port: 8080 }], port: undefined, origin: 'http://web.shop.svc:8080' },
    {
      case: 'is that of the Service, not of its pods',
      ports: [{ port: 80, targetPort: 8080 }],
      port: undefined,
      origin: 'http://web.shop.svc:80',
    },
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
    { case: 'is the one with the name', ports: [HTTP, ADMIN], port: 'admin', origin: 'http://web.shop.svc:9000' },
    { case: 'is the one with the number', ports: [HTTP, ADMIN], port: '9000', origin: 'http://web.shop.svc:9000' },
    {
      case: 'may have white space around it',
      ports: [HTTP, ADMIN],
      port: ' 9000\n',
      origin: 'http://web.shop.svc:9000',
    },
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
    expect(backendOf(aService('shop/web', { ports }), port)).toEqual({ origin, problems: [], warnings: [] });
  });

  it.each([
    { case: 'there is none', ports: [], port: undefined, says: 'no TCP port' },
    { case: 'several match equally', ports: [ADMIN, { port: 1 }], port: undefined, says: 'admin (9000), 1' },
    { case: 'the named one is missing', ports: [HTTP], port: 'admin', says: 'no TCP port "admin"; it has http (8080)' },
    {
      case: 'all of them are UDP',
      ports: [{ port: 53, protocol: 'UDP' }],
      port: undefined,
      says: 'neither UDP nor SCTP',
    },
    {
      case: 'the named one is UDP',
      ports: [{ port: 53, protocol: 'UDP' }],
      port: '53',
      says: 'no TCP port "53", and a tunnel can carry neither UDP nor SCTP to a hostname; it has no TCP port',
    },
  ])('is a problem when $case', ({ ports, port, says }) => {
    expect(backendOf(aService('shop/web', { ports }), port)).toEqual({
      warnings: [],
      problems: [{ reason: 'PortNotFound', message: expect.stringContaining(says) }],
    });
  });
});

describe('the protocol', () => {
  it.each([
    { case: 'http by default', port: { port: 8080 }, protocol: undefined, scheme: 'http' },
    { case: 'https on port 443', port: { port: 443 }, protocol: undefined, scheme: 'https' },
    { case: 'https on a port called so', port: { port: 8443, name: 'https' }, protocol: undefined, scheme: 'https' },
    {
      case: 'what appProtocol contains',
      port: { port: 1, appProtocol: 'https' },
      protocol: undefined,
      scheme: 'https',
    },
    { case: 'http for ws', port: { port: 443, appProtocol: 'kubernetes.io/ws' }, protocol: undefined, scheme: 'http' },
    {
      case: 'https for wss',
      port: { port: 1, appProtocol: 'kubernetes.io/wss' },
      protocol: undefined,
      scheme: 'https',
    },
    { case: 'http for others', port: { port: 1, appProtocol: 'constructor' }, protocol: undefined, scheme: 'http' },
    {
      case: 'that of the annotation before all others',
      port: { port: 443, appProtocol: 'https' },
      protocol: 'http',
      scheme: 'http',
    },
    { case: 'that of the annotation, without its spaces', port: { port: 80 }, protocol: ' https ', scheme: 'https' },
  ])('is $case', ({ port, protocol, scheme }) => {
    const backend = backendOf(aService('shop/web', { ports: [port] }), undefined, protocol);

    expect(backend).toEqual({ origin: `${scheme}://web.shop.svc:${port.port}`, problems: [], warnings: [] });
  });

  it.each(['ftp', 'HTTP', ''])('cannot be %j', (protocol) => {
    const backend = backendOf(aService('shop/web'), undefined, protocol);

    expect(backend.origin).toBeUndefined();
    expect(backend.problems).toEqual([
      {
        reason: 'InvalidAnnotation',
        message: `cftunnel.io/protocol: "${protocol}" must be one of http, https, h2c, grpc, tcp, ssh, rdp, smb`,
      },
    ]);
  });

  it('is reported together with a missing port', () => {
    const { problems } = backendOf(aService('shop/web'), 'admin', 'ftp');

    expect(problems.map(({ reason }) => reason)).toEqual(['PortNotFound', 'InvalidAnnotation']);
  });
});

describe('the protocol of a port', () => {
  it.each([
    { port: { port: 22 }, scheme: 'ssh' },
    { port: { port: 3389 }, scheme: 'rdp' },
    { port: { port: 445 }, scheme: 'smb' },
    { port: { port: 139 }, scheme: 'smb' },
    { port: { port: 2222, name: 'ssh' }, scheme: 'ssh' },
    { port: { port: 1, name: 'rdp' }, scheme: 'rdp' },
    { port: { port: 1, name: 'smb' }, scheme: 'smb' },
    { port: { port: 22, appProtocol: 'http' }, scheme: 'http' },
  ])('depends on its number and name: $port', ({ port, scheme }) => {
    expect(backendOf(aService('shop/web', { ports: [port] })).origin).toBe(`${scheme}://web.shop.svc:${port.port}`);
  });

  it.each([
    { appProtocol: 'kubernetes.io/h2c', protocol: 'h2c' },
    { appProtocol: 'h2c', protocol: 'h2c' },
    { appProtocol: 'grpc', protocol: 'grpc' },
  ])('is left to the proxy if appProtocol is $appProtocol', ({ appProtocol, protocol }) => {
    const service = aService('shop/web', { ports: [{ port: 80, appProtocol }] });

    expect(backendOf(service)).toEqual({
      ports: [{ service: 'shop/web', port: 80, protocol, weight: 1 }],
      problems: [],
      warnings: [],
    });
    expect(backendOf(service, undefined, 'https').origin).toBe('https://web.shop.svc:80');
  });

  it.each([
    { protocol: 'H2C', says: 'must be one of http, https, h2c, grpc' },
    { protocol: 'h2', says: 'h2c without TLS' },
    { protocol: 'http2', says: 'grpc for gRPC without TLS' },
    { protocol: 'ws', says: 'WebSockets go through cftunnel.io/protocol: http' },
    { protocol: 'udp', says: 'offer the service over TCP' },
    { protocol: 'wss', says: 'cftunnel.io/protocol: https' },
  ])('cannot be $protocol, and the message says what to do', ({ protocol, says }) => {
    expect(backendOf(aService('shop/web'), undefined, protocol).problems[0]?.message).toContain(says);
  });
});

describe('a headless Service', () => {
  it.each([
    { case: 'the port of its pods', ports: [{ port: 80, targetPort: 8080 }], origin: 'http://web.shop.svc:8080' },
    { case: 'its own port where there is no other', ports: [{ port: 80 }], origin: 'http://web.shop.svc:80' },
  ])('is reached at $case', ({ ports, origin }) => {
    expect(backendOf(headless({ ports })).origin).toBe(origin);
  });

  it('reports why the name of a port is not enough', () => {
    expect(backendOf(headless({ ports: [{ port: 80, targetPort: 'web' }] })).problems).toEqual([
      { reason: 'PortNotFound', message: expect.stringContaining('Give targetPort a number') },
    ]);
  });

  it('without ports is reached at any number', () => {
    expect(backendOf(headless({ ports: [] }), '8080').origin).toBe('http://web.shop.svc:8080');
    expect(backendOf(headless({ ports: [] })).problems).toMatchObject([{ reason: 'PortNotFound' }]);
  });
});

describe('an ExternalName', () => {
  it.each([
    { case: 'at its port', ports: [{ port: 8080 }], origin: 'http://web.shop.svc:8080' },
    {
      case: 'at its port, with any protocol',
      ports: [{ port: 1 }],
      protocol: 'ssh',
      origin: 'ssh://web.shop.svc:1',
    },
    {
      case: 'at a number that is not in its ports',
      ports: [{ port: 1 }],
      port: '9000',
      origin: 'http://web.shop.svc:9000',
    },
    { case: 'at the requested number', ports: [], port: '9000', origin: 'http://web.shop.svc:9000' },
    {
      case: 'at the well-known port of the protocol',
      ports: [],
      protocol: 'https',
      origin: 'https://web.shop.svc:443',
    },
  ])('is reached $case', ({ ports, port, protocol, origin }) => {
    expect(backendOf(external(ports), port, protocol)).toMatchObject({
      origin,
      warnings: [{ reason: 'ExternalTarget', message: expect.stringContaining('db.example.org') }],
    });
  });

  it.each([
    { case: 'no port is requested', port: undefined },
    { case: 'a name is requested', port: 'web' },
    { case: 'the number is not a port', port: '0' },
    { case: 'a name is requested together with a protocol', port: 'web', protocol: 'https' },
    { case: 'the protocol has no well-known port', port: undefined, protocol: 'tcp' },
  ])('needs a number if $case', ({ port, protocol }) => {
    expect(backendOf(external([]), port, protocol).problems).toEqual([
      { reason: 'PortNotFound', message: 'Set cftunnel.io/port to a number: the Service lists no port' },
    ]);
  });
});

it('a UDP port is rejected with the reason', () => {
  const service = aService('shop/web', { ports: [{ port: 53, protocol: 'UDP' }, { port: 80 }] });

  expect(backendOf(service, '53').problems[0]?.message).toContain('can carry neither UDP nor SCTP');
});

function external(ports: readonly ServicePort[]): Service {
  return { ...aService('shop/web'), spec: { ports, type: 'ExternalName', externalName: 'db.example.org' } };
}

function headless({ ports }: { readonly ports: readonly ServicePort[] }): Service {
  return { ...aService('shop/web', { ports }), spec: { ports, clusterIP: 'None' } };
}

/** The ports for the proxy are left out where there are none. */
function backendOf(service: Service, port?: string, protocol?: string): Omit<Backend, 'ports'> & Partial<Backend> {
  const annotations = {
    ...(port === undefined ? {} : { 'cftunnel.io/port': port }),
    ...(protocol === undefined ? {} : { 'cftunnel.io/protocol': protocol }),
  };
  const { ports, ...rest } = parseBackend(service, annotationFields(annotations), undefined);
  return ports.length === 0 ? rest : { ...rest, ports };
}

/** Routes of Gateways on the command line. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import { dump } from 'js-yaml';
import {
  describeWithGatewayApi,
  gateway,
  gatewayClass,
  httpRoute,
  installGatewayApi,
  ruleTo,
} from '../support/gateway-api.ts';
import { shared } from '../support/shared.ts';
import { namespace, secret, service, tunnel } from '../support/world-objects.ts';
import { startCliWorld } from './a-cli.ts';

const cli = shared(startCliWorld);
const lastTransitionTime = '2026-01-01T00:00:00Z';
const TO_WEB = [ruleTo({ web: 1 })];

describeWithGatewayApi('a route of a Gateway', () => {
  beforeAll(async () => {
    await cli.kube.create(namespace('shop'));
    await cli.kube.create(secret('shop/cloudflare', { CLOUDFLARE_API_TOKEN: cli.token }));
    await installGatewayApi(cli);
    await cli.kube.create(gatewayClass('cftunnel'));
    await cli.kube.create(tunnel('shop/edge'));
    await cli.kube.create(gateway('shop/edge'));
    await cli.kube.create(service('shop/web'));
    await cli.kube.create(httpRoute('shop/site', { hostnames: ['app.example.com'], rules: TO_WEB }));
    const message = 'https://app.example.com';
    const exposed = { type: 'cftunnel.io/Exposed', status: 'True', reason: 'Exposed', message, lastTransitionTime };
    const parent = { parentRef: { name: 'edge' }, controllerName: 'cftunnel.io/gateway', conditions: [exposed] };
    await cli.kube.patchStatus('HTTPRoute', 'shop/site', { status: { parents: [parent] } });
  });

  it('is listed by get as it stands', async () => {
    const { code, out } = await cli.run('get', '-n', 'shop');

    expect(code).toBe(0);
    expect(out).toMatch(/app\.example\.com +http:\/\/web\.shop\.svc:80 +shop\/edge +Exposed/);
  });

  it('is explained', async () => {
    const { out } = await cli.run('explain', 'app.example.com');

    expect(out).toContain('Held by   HTTPRoute shop/site');
    expect(out).toContain('Status    Exposed: https://app.example.com');
  });

  it('is planned from a file', async () => {
    const file = join(cli.folder, 'route.yaml');
    await writeFile(file, dump(httpRoute('shop/new', { hostnames: ['new.example.com'], rules: TO_WEB })));
    const { code, out } = await cli.run('plan', '-n', 'shop', '-f', file);

    expect(code).toBe(3);
    expect(out).toContain('new.example.com -> http://web.shop.svc:80');
    expect(out).toContain('rules: 1 to add');
  });
});

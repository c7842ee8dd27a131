/** Ingresses of another controller on the command line. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { dump } from 'js-yaml';
import type { KubeObject } from '../support/kube-client.ts';
import { shared } from '../support/shared.ts';
import { controller, ingress, namespace, tunnel } from '../support/world-objects.ts';
import { startCliWorld } from './a-cli.ts';

const cli = shared(startCliWorld);
const HOST = 'app.example.com';

beforeAll(async () => {
  const { kube } = cli;
  await kube.create(namespace('shop'));
  for (const object of controller('ingress-nginx/controller', 'nginx')) await kube.create(object);
  await kube.create(tunnel('shop/home', { origin: 'ingress-nginx/controller:http' }));
  await kube.create({ ...ofNginx('shop/site', HOST), metadata: withFinalizer(ofNginx('shop/site', HOST)) });
  await kube.create(ofNginx('shop/refused', 'other.example.com', { origin: 'infra/proxy:80' }));
});

// Invariant 42.
describe('an Ingress of another controller', () => {
  it.each([['-n', 'shop'], ['-A']])('is listed with the Service that it leads to: %s %s', async (...scope) => {
    const { out } = await cli.run('get', ...scope);

    expect(out).toMatch(
      /app\.example\.com +http:\/\/controller\.ingress-nginx\.svc:80 +shop\/home +Accepted\n.*other\.example\.com +- +shop\/home +Unanswered/,
    );
  });

  it('is explained', async () => {
    const { code, out } = await cli.run('explain', HOST);

    expect(code).toBe(0);
    expect(out).toContain('Held by   Ingress shop/site');
    expect(out).toContain(`Rule      ${HOST} -> http://controller.ingress-nginx.svc:80`);
  });

  it('that is refused is explained too', async () => {
    const { code, out } = await cli.run('explain', 'other.example.com');

    expect(code).toBe(1);
    expect(out).toContain('Ingress shop/refused: NotAllowed: cftunnel.io/origin: Service infra/proxy is in another');
  });

  it('is planned', async () => {
    const files = dump(ofNginx('shop/new', 'new.example.com'), { skipInvalid: true });
    const { out } = await cli.runWithInput(files, 'plan', '-f', '-');

    expect(out).toContain('+ rule    new.example.com -> http://controller.ingress-nginx.svc:80 (Ingress shop/new)');
  });
});

function ofNginx(key: string, host: string, asks: Readonly<Record<string, string>> = {}): KubeObject {
  return ingress(key, { [host]: { '/': 'web' } }, { ingressClassName: 'nginx' }, { tunnel: 'home', ...asks });
}

/** As the operator leaves it. */
function withFinalizer({ metadata }: KubeObject): KubeObject['metadata'] {
  return { ...metadata, finalizers: ['cftunnel.io/finalizer'] };
}

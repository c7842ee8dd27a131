import { describe, expect, it } from '@jest/globals';
import type { Service } from '../../../../src/api/objects.ts';
import { parseExternalDns } from '../../../../src/core/migrate/external-dns/parse.ts';
import type { Container, Ingress, MigrationInput } from '../../../../src/core/migrate/facts.ts';
import { aService } from '../../../support/builders.ts';
import { TUNNEL_ID, aRule, aTakeover, anInput, cloudflared, configIn, running, tokenIn } from '../a-cluster.ts';

const PREFIX = 'external-dns.alpha.kubernetes.io/';
const TARGET = `${TUNNEL_ID}.cfargotunnel.com`;
const HOSTS = ['web.example.com', 'www.example.com'];
const RULES = HOSTS.map((hostname) => ({ hostname, service: 'http://web' }));
const CONFIG = { tunnel: TUNNEL_ID, ingress: [...RULES, { service: 'http_status:404' }] };
const TAKEN = {
  ...aTakeover({ tunnel: 'shop/edge', rules: HOSTS.map((hostname) => aRule(hostname, 'http://web')) }),
  findFile: expect.any(Function),
  leftovers: ['kubectl delete deployment -n shop edge'],
};

function externalDns(container: Container = {}) {
  return running('dns/external-dns', { image: 'example/external-dns:v0.19.0', ...container });
}

function withTarget(hostname: string, annotations: Readonly<Record<string, string>> = {}): Service {
  return aService('shop/web', {
    annotations: { [`${PREFIX}hostname`]: hostname, [`${PREFIX}target`]: TARGET, ...annotations },
  });
}

function anIngress(hosts: readonly (string | undefined)[]): Ingress {
  const { metadata } = aService('shop/site', { annotations: { [`${PREFIX}target`]: TARGET } });
  const rules = hosts.map((host) => (host === undefined ? {} : { host }));
  return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec: { rules } };
}

function found(facts: Partial<MigrationInput>, dns: readonly Container[] = [{}]) {
  const deployments = [cloudflared('shop/edge'), ...dns.map(externalDns)];
  const configMaps = [configIn('shop/edge', CONFIG)];
  return parseExternalDns(anInput({ deployments, configMaps, secrets: [tokenIn('shop/cloudflare')], ...facts }));
}

function ownership(hostname: string, resource = 'service/shop/web') {
  return { hostname, contains: ['heritage=external-dns', `external-dns/resource=${resource}`] };
}

describe('what external-dns makes records for', () => {
  const release = { apiVersion: 'v1', kind: 'Service', key: 'shop/web', finalizers: [], labels: [] };

  it('is released while external-dns is stopped', () => {
    const annotations = {
      [`${PREFIX}ttl`]: '60',
      [`${PREFIX}cloudflare-proxied`]: 'true',
      [`${PREFIX}access`]: 'public',
    };
    const web = withTarget(' Web.example.com, ,www.example.com.,web.example.com', { ...annotations, other: 'x' });

    expect(found({ services: [web] })).toStrictEqual({
      takeovers: [
        {
          ...TAKEN,
          paused: ['dns/external-dns'],
          releases: [
            { ...release, annotations: ['hostname', 'target', 'ttl', 'cloudflare-proxied'].map((key) => PREFIX + key) },
          ],
          ownership: HOSTS.map((hostname) => ownership(hostname)),
        },
      ],
      problems: [],
    });
  });

  it('may be named by the newer annotations', () => {
    const newer = 'external-dns.kubernetes.io/';
    const annotations = { [`${newer}hostname`]: 'web.example.com', [`${newer}target`]: `${TARGET.toUpperCase()}.` };

    expect(found({ services: [aService('shop/web', { annotations })] }).takeovers).toMatchObject([
      {
        releases: [{ annotations: [`${newer}hostname`, `${newer}target`] }],
        ownership: [ownership('web.example.com')],
      },
    ]);
  });

  it('may be the hosts of an Ingress, which is then marked as not its own', () => {
    expect(found({ ingresses: [anIngress([...HOSTS, '', undefined])] }).takeovers).toMatchObject([
      {
        releases: [
          {
            apiVersion: 'networking.k8s.io/v1',
            kind: 'Ingress',
            key: 'shop/site',
            annotations: [`${PREFIX}target`],
            set: { [`${PREFIX}controller`]: 'cftunnel-operator' },
          },
        ],
        ownership: HOSTS.map((hostname) => ownership(hostname, 'ingress/shop/site')),
      },
    ]);
  });

  it('stays if a hostname of it has no rule of its own', () => {
    const message =
      'Service shop/web has hostnames (web.example.com, deep.example.com) without a rule of their own, so their records stay with external-dns. They lead to the same tunnel, which serves them as before';

    expect(found({ services: [withTarget('web.example.com,deep.example.com')] })).toStrictEqual({
      takeovers: [TAKEN],
      problems: [{ effect: 'left', message }],
    });
  });

  it.each([
    { name: 'no target', service: aService('shop/web', { annotations: { [`${PREFIX}hostname`]: 'web.example.com' } }) },
    { name: 'another target', service: withTarget('web.example.com', { [`${PREFIX}target`]: `x.${TARGET}` }) },
    { name: 'a target behind it', service: withTarget('web.example.com', { [`${PREFIX}target`]: `${TARGET}.x` }) },
    { name: 'no hostname', service: withTarget('') },
  ])('is nothing with $name', ({ service }) => {
    expect(found({ services: [service], secrets: [] })).toStrictEqual({ takeovers: [], problems: [] });
  });

  it('is blocked if nothing in the cluster runs the tunnel', () => {
    const other = TUNNEL_ID.replace('0b', '0e');
    const services = [withTarget('a.example.com,b.example.com', { [`${PREFIX}target`]: `${other}.cfargotunnel.com` })];
    const message = `The records of a.example.com, b.example.com lead to tunnel ${other}, and no Deployment in the cluster runs it with rules in a ConfigMap. Create a Tunnel with spec.existingTunnel.id, or run the migration where its cloudflared runs`;

    expect(found({ services, secrets: [] })).toStrictEqual({
      takeovers: [],
      problems: [{ effect: 'blocked', message }],
    });
  });

  it('comes with the problems of the connectors', () => {
    expect(found({ services: [withTarget('web.example.com')], secrets: [] }).problems).toStrictEqual([
      { effect: 'blocked', message: expect.stringContaining('Secret shop/cloudflare does not exist') },
    ]);
  });
});

const variable = (name: string, value: string) => ({ env: [{ name: `EXTERNAL_DNS_${name}`, value }] });

describe('external-dns', () => {
  const services = [withTarget('web.example.com')];
  const clings =
    'Deployment dns/external-dns does not keep its ownership in plain TXT records, so its annotations are left. Start it with --policy=upsert-only, and run this command again';
  it.each<{ container: Container; letsGo: boolean }>([
    { container: {}, letsGo: true },
    { container: { args: ['--registry=txt', '--policy=sync'] }, letsGo: true },
    { container: { args: ['--registry=dynamodb'] }, letsGo: false },
    { container: { args: ['--registry', 'noop'] }, letsGo: false },
    { container: { args: ['--registry=noop', '--policy=sync'] }, letsGo: false },
    { container: { args: ['--registry=noop', '--policy=upsert-only'] }, letsGo: true },
    { container: { args: ['--registry=noop', '--policy', 'create-only'] }, letsGo: true },
    { container: { args: ['--txt-encrypt-enabled'] }, letsGo: false },
    { container: { args: ['--txt-encrypt-enabled=true'] }, letsGo: false },
    { container: { args: ['--txt-encrypt-enabled=false'] }, letsGo: true },
    { container: variable('REGISTRY', 'noop'), letsGo: false },
    { container: variable('TXT_ENCRYPT_ENABLED', 'true'), letsGo: false },
    { container: { args: ['--registry=noop'], ...variable('POLICY', 'upsert-only') }, letsGo: true },
    { container: { args: ['--registry=txt'], ...variable('REGISTRY', 'noop') }, letsGo: true },
  ])('with $container lets go of records: $letsGo', ({ container, letsGo }) => {
    const { takeovers, problems } = found({ services }, [container]);

    expect(problems).toStrictEqual(letsGo ? [] : [{ effect: 'left', message: clings }]);
    expect(takeovers).toMatchObject([{ paused: letsGo ? ['dns/external-dns'] : [] }]);
    expect(takeovers[0]?.releases).toHaveLength(letsGo ? 1 : 0);
  });

  it('is left alone if one of several clings to its records', () => {
    expect(found({ services }, [{}, { args: ['--registry=noop'] }]).problems).toStrictEqual([
      { effect: 'left', message: clings },
    ]);
  });

  it('that runs elsewhere is left alone', () => {
    const message =
      'No Deployment of external-dns was found in the cluster, so nothing of it is changed. Stop it where it runs, remove its TXT records and annotations, and start it again';

    expect(found({ services }, [])).toStrictEqual({ takeovers: [TAKEN], problems: [{ effect: 'left', message }] });
  });

  it.each([
    { image: 'registry.k8s.io/external-dns/external-dns@sha256:0', isFound: true },
    { image: 'external-dns', isFound: true },
    { image: 'example/my-external-dns:v1', isFound: false },
    { image: 'example/external-dns-webhook:v1', isFound: false },
  ])('runs as $image: $isFound', ({ image, isFound }) => {
    expect(found({ services }, [{ image }]).takeovers).toMatchObject([{ paused: isFound ? ['dns/external-dns'] : [] }]);
  });
});

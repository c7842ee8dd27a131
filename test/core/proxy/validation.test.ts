/** Envoy itself accepts every configuration. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { createCertificateAuthority } from 'cftunnel-sandbox/edge/server/certificate-authority';
import type { Route } from '../../../src/core/model/route.ts';
import { digest } from '../../../src/adapters/digest.ts';
import { type Endpoint, type ProxyFiles, compileProxy } from '../../../src/core/proxy/compile.ts';
import { aPlace } from '../../support/envoy.ts';
import { PARSERS } from '../../support/parsers.ts';
import { describeWith } from '../../support/programs.ts';
import { aProxiedRoute, anyProxiedRoutes, endpointsAt } from '../../support/proxy-rules.ts';
import { aHostname } from '../../support/routes.ts';

const MANY = 150;

// Invariant 54.
describeWith('envoy', 'Envoy', (program) => {
  it('accepts whatever routes are compiled', async () => {
    const routes = apart(fc.sample(anyProxiedRoutes(), { numRuns: MANY, seed: 42 }));

    expect(await validate(program, routes)).toBe('');
  });

  it('accepts the patterns that cloudflared accepts', async () => {
    const patterns = [
      '(?i)^/API$',
      String.raw`(?P<year>\d{4})/\pL+`,
      '(?<name>a)',
      '[[:alpha:]]{1,500}',
      String.raw`\Q.*\E\z`,
      '^/(a|b|)$',
      String.raw`(\w{1,100}){1,9}`,
    ];
    const routes = patterns.map((value, index) => {
      expect(PARSERS.patternProblem(value)).toBeUndefined();
      return aProxiedRoute(`n${index}.example.com`, { path: { type: 'Regex', value } });
    });

    expect(await validate(program, routes)).toBe('');
  });
});

/** The routes of all samples, with hostnames of their own. */
function apart(samples: readonly (readonly Route[])[]): readonly Route[] {
  return samples.flatMap((routes, index) =>
    routes.map((route) => ({ ...route, hostname: aHostname(`${route.hostname}.n${index}.example.com`) })),
  );
}

function endpointsOf(service: string): readonly Endpoint[] | undefined {
  return service === 'shop/gone' ? undefined : endpointsAt('10.0.0.1', 'web.example.com');
}

/** What Envoy says against the configuration of routes. */
async function validate(program: string, routes: readonly Route[]): Promise<string> {
  const place = await aPlace(await (await createCertificateAuthority()).issue('proxy'));
  const files = compileProxy(routes, { hash: digest, endpointsOf, before: [], place });
  const folder = mkdtempSync(join(tmpdir(), 'validate-'));
  const file = join(folder, 'envoy.json');
  writeFileSync(file, JSON.stringify(inOne(files)));
  try {
    await promisify(execFile)(program, [
      '--mode',
      'validate',
      '-c',
      file,
      '--log-level',
      'error',
      '--concurrency',
      '1',
    ]);
    return '';
  } catch (error) {
    return (error as { stderr: string }).stderr;
  } finally {
    rmSync(folder, { recursive: true });
    rmSync(join(place.configFolder, '..'), { recursive: true });
  }
}

/** Envoy validates only what is in a single file. */
function inOne(files: ProxyFiles): unknown {
  const bootstrap = JSON.parse(files['bootstrap.json']);
  const resources = (name: 'routes.yaml' | 'clusters.yaml') =>
    (load(files[name]) as { resources: Record<string, unknown>[] }).resources.map(withoutType);
  const [routes] = resources('routes.yaml');
  for (const { filter_chains: chains } of bootstrap.static_resources.listeners)
    for (const { filters } of chains)
      for (const { typed_config: config } of filters) {
        if (config.rds === undefined) continue;
        delete config.rds;
        config.route_config = routes;
      }
  bootstrap.static_resources.clusters.push(...resources('clusters.yaml'));
  delete bootstrap.dynamic_resources;
  return bootstrap;
}

function withoutType(resource: Record<string, unknown>): unknown {
  return { ...resource, '@type': undefined };
}

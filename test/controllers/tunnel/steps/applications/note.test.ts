import { describe, expect, it } from '@jest/globals';
import type { ConfigMap } from '../../../../../src/api/objects.ts';
import { noteApplications, noteOf } from '../../../../../src/controllers/tunnel/steps/applications/note.ts';
import { configMapFor } from '../../../../../src/core/manifests/config-map.ts';
import { stamp } from '../../../../../src/core/manifests/stamp.ts';
import { CONFIG_KEY, ROUTES_KEY, encodeRoutes } from '../../../../../src/core/published-routes/routes-json.ts';
import { aTunnel } from '../../../../support/builders.ts';
import { aRoute } from '../../../../support/routes.ts';
import { HOME, type TunnelWorld } from '../../../../support/tunnel-world.ts';
import { HOST, aWorld, stepIn } from './step.ts';

const PUBLISHED = [aRoute(HOST)];
const CONFIG = 'tunnel: t';
const CA_FILES = { 'ca-one.pem': 'certificate' };

function published(routes = encodeRoutes(PUBLISHED)): ConfigMap {
  return stamp(configMapFor(aTunnel(HOME), { config: CONFIG, routes, caFiles: CA_FILES, hash: CONFIG }), String);
}

async function note(world: TunnelWorld): Promise<ConfigMap> {
  const { port, pass } = stepIn(world);
  await noteApplications(port, pass, 't');
  return world.objects.get('ConfigMap') as ConfigMap;
}

describe('the note that a Tunnel may have applications', () => {
  it('is made without any rule before the first rules are', async () => {
    const world = aWorld();
    const { data = {} } = await note(world);

    expect(data[ROUTES_KEY]).toBe(encodeRoutes([], { hasApplications: true }));
    expect(JSON.parse(data[CONFIG_KEY] ?? '')).toStrictEqual({
      tunnel: 't',
      'credentials-file': expect.any(String),
      ingress: [{ service: 'http_status:404' }],
    });
    expect(world.log).toStrictEqual(['apply ConfigMap']);
  });

  it('leaves the published rules as they are', async () => {
    const world = aWorld();
    const before = published();
    world.objects.set('ConfigMap', { ...before, data: { ...before.data, 'by-hand': 'x' } } as ConfigMap);
    const { metadata, data } = await note(world);

    expect(data).toStrictEqual({
      [CONFIG_KEY]: CONFIG,
      [ROUTES_KEY]: encodeRoutes(PUBLISHED, { hasApplications: true }),
      ...CA_FILES,
    });
    expect(metadata.annotations).toMatchObject({ 'cftunnel.io/config-hash': CONFIG });
    expect(world.log).toStrictEqual(['apply ConfigMap']);
  });

  it('is made once', async () => {
    const world = aWorld();
    const before = published(encodeRoutes(PUBLISHED, { hasApplications: true }));
    world.objects.set('ConfigMap', before);

    expect([await note(world), world.log]).toStrictEqual([before, []]);
  });

  it.each([
    ['some', published(encodeRoutes([], { hasApplications: true })), 'h'],
    ['none', published(), 'h'],
    ['unknown', undefined, 'h'],
    ['none', undefined, undefined],
  ])('is "%s", as its ConfigMap says, or whether it had one', (expected, configMap, hash) => {
    const world = aWorld([], hash === undefined ? {} : { status: { config: { hash } } });
    if (configMap !== undefined) world.objects.set('ConfigMap', configMap);
    const { port, pass } = stepIn(world);

    expect(noteOf(port, pass)).toBe(expected);
  });

  it('is "none" before the first status of the rules', () => {
    const { port, pass } = stepIn(aWorld([], { status: {} }));

    expect(noteOf(port, pass)).toBe('none');
  });
});

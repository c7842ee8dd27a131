import { describe, expect, it } from '@jest/globals';
import type { ForeignObject, MigrationInput } from '../../../../src/core/migrate/facts.ts';
import { TUNNEL_ID, cloudflared, configIn } from '../a-cluster.ts';
import { CONFIG, CONTROLLER, GROUP, LAST, TAKEN, foreign, found, messages, theirs } from './a-former-cluster.ts';

describe('a Tunnel of another operator', () => {
  it('is taken over with the rules of its connectors', () => {
    expect(found([theirs()])).toStrictEqual({ takeovers: [TAKEN], problems: [] });
  });

  it('keeps the settings of its connectors', () => {
    const pod = { nodeSelector: { a: 'b' } };
    const workload = cloudflared('shop/home', { replicas: 3, flags: ['--protocol', 'http2'], pod });
    const ingress = [...CONFIG.ingress.slice(0, 1), { service: 'http_status:403' }];
    const config = { ...CONFIG, ingress, originRequest: { connectTimeout: '5s' } };

    expect(
      found([theirs()], { deployments: [CONTROLLER, workload], configMaps: [configIn('shop/home', config)] }).takeovers,
    ).toStrictEqual([
      {
        ...TAKEN,
        spec: { ...TAKEN.spec, protocol: 'http2' },
        defaults: { connectTimeout: '5s' },
        fallback: 'http_status:403',
        replicas: 3,
        scheduling: { nodeSelector: { a: 'b' } },
      },
    ]);
  });

  it.each<{ name: string; tunnel: ForeignObject; spec: object }>([
    {
      name: 'its status',
      tunnel: theirs({ spec: { existingTunnel: { id: 'id-2' } }, cloudflare: { accountId: 'other' } }),
      spec: { accountId: 'acc', existingTunnel: { id: 'id-1' } },
    },
    {
      name: 'its spec',
      tunnel: theirs({ spec: { existingTunnel: { id: 'id-2' } }, cloudflare: { accountId: 'other' }, status: {} }),
      spec: { accountId: 'other', existingTunnel: { id: 'id-2' } },
    },
    {
      name: 'its connectors',
      tunnel: theirs({ status: { tunnelId: '' } }),
      spec: { existingTunnel: { id: TUNNEL_ID } },
    },
    {
      name: 'its connectors, if it has nothing else',
      tunnel: { ...theirs(), status: 7 },
      spec: { existingTunnel: { id: TUNNEL_ID } },
    },
  ])('is for the remote tunnel in $name', ({ tunnel, spec }) => {
    expect(found([tunnel]).takeovers.map((one) => one.spec)).toStrictEqual([{ ...spec, configMode: 'Local' }]);
  });

  it.each<{ name: string; tunnel?: ForeignObject; facts?: Partial<MigrationInput>; says: readonly string[] }>([
    {
      name: 'has no connectors',
      facts: { deployments: [CONTROLLER] },
      says: [`left: Tunnel shop/home of ${GROUP} has no connectors, so nothing of it is migrated`],
    },
    {
      name: 'has no rules',
      facts: { configMaps: [] },
      says: [`left: Tunnel shop/home of ${GROUP} has no connectors, so nothing of it is migrated`],
    },
    {
      name: 'has rules that nobody can read',
      facts: { configMaps: [configIn('shop/home', { ingress: ['text'] })] },
      says: ['blocked: ConfigMap shop/home has an entry in ingress that is no rule'],
    },
    {
      name: 'says nowhere which tunnel it is for',
      tunnel: theirs({ status: {} }),
      facts: { configMaps: [configIn('shop/home', { ingress: [LAST] })] },
      says: [`blocked: Tunnel shop/home of ${GROUP} does not say which tunnel it is for`],
    },
  ])('is not taken over if it $name', ({ tunnel = theirs(), facts, says }) => {
    const result = found([tunnel], facts);

    expect(result.takeovers).toStrictEqual([]);
    expect(messages(result)).toStrictEqual(says);
  });

  it.each([
    { deployPatch: '', isPatched: false },
    { deployPatch: '{}', isPatched: false },
    { deployPatch: '{"spec":{}}', isPatched: true },
  ])('is told that its deployPatch $deployPatch is not migrated: $isPatched', ({ deployPatch, isPatched }) => {
    expect(messages(found([theirs({ spec: { deployPatch } })]))).toStrictEqual(
      isPatched
        ? [
            `left: The deployPatch of Tunnel shop/home of ${GROUP} is not migrated. Write what you need of it to spec.cloudflared of the Tunnel`,
          ]
        : [],
    );
  });

  it('is told about rules that none reaches, clients of tunnels, and an operator that runs elsewhere', () => {
    const wide = [{ hostname: '*.example.com', service: 'http://web' }, ...CONFIG.ingress];
    const configMaps = [configIn('shop/home', { ...CONFIG, ingress: wide })];
    const client = foreign('AccessTunnel', 'shop/client', {});

    expect(messages(found([theirs(), client], { configMaps, deployments: [cloudflared('shop/home')] }))).toStrictEqual([
      'left: No Deployment of cloudflare-operator was found in the cluster. If it runs elsewhere, stop it first',
      'left: The rule of web.example.com is behind a wider one that answers for it, so it is left out',
      `left: AccessTunnel shop/client of ${GROUP} is a client of a tunnel. It is left as it is`,
    ]);
    expect(messages(found([], { deployments: [] }))).toStrictEqual([]);
  });

  it('is one of its own group', () => {
    expect(found([{ ...theirs(), apiVersion: 'cftunnel.io/v1alpha1' }]).takeovers).toStrictEqual([]);
    expect(found([{ ...theirs(), apiVersion: `${GROUP}/v1alpha1` }]).takeovers).toHaveLength(1);
  });
});

/** What adyanth/cloudflare-operator leaves in a cluster: by default a Tunnel with one rule. */
import { expect } from '@jest/globals';
import { parseAdyanth } from '../../../../src/core/migrate/adyanth/parse.ts';
import type { ForeignObject, MigrationInput } from '../../../../src/core/migrate/facts.ts';
import type { Findings } from '../../../../src/core/migrate/takeover.ts';
import { TUNNEL_ID, aRule, aTakeover, anInput, cloudflared, configIn, running, tokenIn } from '../a-cluster.ts';

export const GROUP = 'networking.cfargotunnel.com';
export const FINALIZER = 'cfargotunnel.com/finalizer';
export const LAST = { service: 'http_status:404' };
export const CONFIG = { tunnel: TUNNEL_ID, ingress: [{ hostname: 'web.example.com', service: 'http://web' }, LAST] };
export const CONTROLLER = running('adyanth/controller', { image: 'adyanth/cloudflare-operator:0.13.1' });
const CLOUDFLARE = { secret: 'cloudflare', domain: 'example.com' };

export interface TunnelTraits {
  readonly cloudflare?: object;
  readonly spec?: object;
  readonly status?: object;
  readonly finalizers?: readonly string[];
}

export function foreign(kind: string, key: string, fields: object, finalizers: readonly string[] = []): ForeignObject {
  const [name = '', namespace] = key.split('/').toReversed();
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }), finalizers };
  return { apiVersion: `${GROUP}/v1alpha2`, kind, metadata, ...fields };
}

export function theirs(traits: TunnelTraits = {}, key = 'shop/home'): ForeignObject {
  const { cloudflare = {}, spec = {}, status = { tunnelId: 'id-1', accountId: 'acc' }, finalizers } = traits;
  const kind = key.includes('/') ? 'Tunnel' : 'ClusterTunnel';
  return foreign(kind, key, { spec: { cloudflare: { ...CLOUDFLARE, ...cloudflare }, ...spec }, status }, finalizers);
}

export function binding(
  key: string,
  tunnelRef: object,
  subjects: unknown,
  finalizers: readonly string[] = [],
): ForeignObject {
  return foreign('TunnelBinding', key, { tunnelRef, subjects }, finalizers);
}

export function found(objects: readonly ForeignObject[], facts: Partial<MigrationInput> = {}): Findings {
  return parseAdyanth(
    anInput({
      foreign: objects,
      deployments: [CONTROLLER, cloudflared('shop/home')],
      configMaps: [configIn('shop/home', CONFIG)],
      secrets: [tokenIn('shop/cloudflare')],
      ...facts,
    }),
  );
}

export function messages({ problems }: Findings): readonly string[] {
  return problems.map(({ effect, message }) => `${effect}: ${message}`);
}

export const TAKEN = {
  ...aTakeover({ rules: [aRule('web.example.com', 'http://web')] }),
  spec: { accountId: 'acc', existingTunnel: { id: 'id-1' }, configMode: 'Local' },
  findFile: expect.any(Function),
  connectors: ['shop/home'],
  controllers: ['adyanth/controller'],
  ownership: [{ hostname: 'web.example.com', name: '_managed.web.example.com', contains: ['DnsId', 'id-1'] }],
  leftovers: [`kubectl delete tunnels.${GROUP} -n shop home`],
};

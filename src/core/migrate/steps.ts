/** The steps of a migration, in their order, and what each of them says. */
import type { KubeObject, ObjectKey, Tunnel } from '../../api/objects.ts';
import { keyOf } from '../keys.ts';
import { listed } from '../quote.ts';
import type { Annotations } from './route-annotations.ts';
import type { OwnershipRecord, Release, SecretCopy } from './takeover.ts';

export type Step =
  | { readonly kind: 'copy secret'; readonly copy: SecretCopy }
  | { readonly kind: 'create object'; readonly object: KubeObject }
  /** Without connectors, so that none answers before it has every rule. */
  | { readonly kind: 'create tunnel'; readonly tunnel: Tunnel }
  | { readonly kind: 'stop controller'; readonly deployment: ObjectKey }
  | { readonly kind: 'annotate'; readonly service: ObjectKey; readonly annotations: Annotations }
  | { readonly kind: 'await rules'; readonly tunnel: ObjectKey; readonly rules: readonly RuleName[] }
  | { readonly kind: 'take over rules'; readonly tunnel: ObjectKey; readonly rules: readonly RuleName[] }
  | { readonly kind: 'start connectors'; readonly tunnel: ObjectKey; readonly replicas: number }
  | { readonly kind: 'await exposure'; readonly tunnel: ObjectKey; readonly services: readonly ObjectKey[] }
  | { readonly kind: 'stop connectors'; readonly deployment: ObjectKey }
  | { readonly kind: 'remove ownership'; readonly tunnel: ObjectKey; readonly records: readonly OwnershipRecord[] }
  | { readonly kind: 'release'; readonly release: Release }
  | { readonly kind: 'start controller'; readonly deployment: ObjectKey };

/** A published rule. */
export interface RuleName {
  readonly service: ObjectKey;
  readonly hostname: string;
  readonly path: string | undefined;
}

type Describers = { readonly [K in Step['kind']]: (step: Extract<Step, { kind: K }>) => string };

const DESCRIBERS: Describers = {
  'copy secret': ({ copy }) => `Copy ${listed(Object.values(copy.keys))} of Secret ${copy.from} to Secret ${copy.to}`,
  'create object': ({ object }) => `Create ${object.kind} ${keyOf(object)}`,
  'create tunnel': ({ tunnel }) =>
    `Create Tunnel ${keyOf(tunnel)} without connectors, and wait until it has found its tunnel`,
  'stop controller': ({ deployment }) => `Scale Deployment ${deployment} to 0, because it would undo what follows`,
  annotate: ({ service }) => `Annotate Service ${service}`,
  'take over rules': ({ tunnel }) => `Let the rules of Tunnel ${tunnel} replace those at Cloudflare, in one write`,
  'await rules': ({ tunnel, rules }) => `Wait until Tunnel ${tunnel} has all of its rules (${rules.length})`,
  'start connectors': ({ tunnel, replicas }) =>
    `Scale Tunnel ${tunnel} to ${replicas}: its connectors serve beside the former ones`,
  'await exposure': ({ tunnel, services }) =>
    services.length === 0
      ? `Wait until Tunnel ${tunnel} is Ready`
      : `Wait until Tunnel ${tunnel} is Ready and has taken over the records of ${listed(services)}`,
  'stop connectors': ({ deployment }) => `Scale Deployment ${deployment} to 0: its connectors finish their requests`,
  'remove ownership': ({ records }) =>
    `Remove the TXT records by which the other tool knows ${listed([...new Set(records.map(({ hostname }) => hostname))])}`,
  release: ({ release }) => describeRelease(release),
  'start controller': ({ deployment }) => `Scale Deployment ${deployment} up again`,
};

export function describeStep<K extends Step['kind']>(step: Extract<Step, { kind: K }>): string {
  return DESCRIBERS[step.kind](step);
}

function describeRelease({ kind, key, finalizers, annotations, labels, set = {} }: Release): string {
  const parts = [
    ...(finalizers.length === 0 ? [] : [`the finalizer ${listed(finalizers)}`]),
    ...(annotations.length === 0 ? [] : [`the annotations ${listed(annotations)}`]),
    ...(labels.length === 0 ? [] : [`the labels ${listed(labels)}`]),
  ];
  const values = Object.entries(set).map(([name, value]) => `${name}: ${value}`);
  const also = values.length === 0 ? '' : `, and set ${listed(values)}`;
  return `Remove ${parts.join(', ')} from ${kind} ${key}${also}`;
}

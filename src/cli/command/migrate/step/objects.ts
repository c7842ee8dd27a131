/** Steps that create objects, or change a Service or a Tunnel. */
import type { KubeObject, ObjectKey, Secret, Service, Tunnel } from '../../../../api/objects.ts';
import type { ObjectReference } from '../../../../adapters/kubernetes/any-objects.ts';
import { encodeBase64 } from '../../../../core/base64.ts';
import { keyOf, splitKey } from '../../../../core/keys.ts';
import { awaitTunnel } from '../../../../core/migrate/progress.ts';
import type { SecretCopy } from '../../../../core/migrate/takeover.ts';
import { CommandError } from '../../../frame/exit-code.ts';
import { until } from './wait.ts';
import { type StepContext, findTunnel, tunnelAt } from './context.ts';

export async function copySecret({ objects }: StepContext, { from, to, keys, literals }: SecretCopy): Promise<boolean> {
  const source = await objects.find<Secret>({ apiVersion: 'v1', kind: 'Secret', key: from });
  const target = { apiVersion: 'v1', kind: 'Secret', key: to };
  const there = await objects.find<Secret>(target);
  const copied = Object.entries(keys).flatMap(([ours, theirs]) => {
    const value = source?.data?.[theirs];
    return value === undefined ? [] : [[ours, value] as const];
  });
  if (copied.length < Object.keys(keys).length && there === undefined)
    throw new CommandError(`Secret ${from} has no longer what is to be copied: ${Object.values(keys).join(', ')}`);
  const encoded = Object.entries(literals).map(([key, text]) => [key, encodeBase64(text)] as const);
  const missing = [...copied, ...encoded].filter(([key]) => !Object.hasOwn(there?.data ?? {}, key));
  if (missing.length === 0) return false;
  const data = Object.fromEntries(missing);
  if (there === undefined)
    await objects.create({ apiVersion: 'v1', kind: 'Secret', metadata: splitKey(to), data } as KubeObject);
  else await objects.patch(target, { data });
  return true;
}

export async function createIfAbsent({ objects }: StepContext, object: KubeObject): Promise<boolean> {
  if ((await objects.find(referenceTo(object))) !== undefined) return false;
  await objects.create(object);
  return true;
}

function referenceTo(object: KubeObject): ObjectReference {
  return { apiVersion: object.apiVersion, kind: object.kind, key: keyOf(object) };
}

export async function createTunnel(ctx: StepContext, tunnel: Tunnel): Promise<boolean> {
  const isNew = await createIfAbsent(ctx, { ...tunnel, spec: { ...tunnel.spec, replicas: 0 } } as KubeObject);
  const key = keyOf(tunnel);
  await until(ctx, async () => awaitTunnel(await findTunnel(ctx, key), key));
  return isNew;
}

export async function annotate(
  { objects }: StepContext,
  key: ObjectKey,
  annotations: Readonly<Record<string, string>>,
): Promise<boolean> {
  const reference = { apiVersion: 'v1', kind: 'Service', key };
  const service = await objects.find<Service>(reference);
  if (service === undefined) throw new CommandError(`Service ${key} is gone. Run the command again`);
  const present = service.metadata.annotations ?? {};
  if (Object.entries(annotations).every(([name, value]) => present[name] === value)) return false;
  await objects.patch(reference, { metadata: { annotations } });
  return true;
}

export async function startConnectors({ objects }: StepContext, tunnel: ObjectKey, replicas: number): Promise<boolean> {
  const there = await objects.find<Tunnel>(tunnelAt(tunnel));
  if (there?.spec.replicas !== 0) return false;
  await objects.patch(tunnelAt(tunnel), { spec: { replicas } });
  return true;
}

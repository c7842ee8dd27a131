/** The cases of the admission policies, and their objects. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Namespace, Service, Tunnel } from '../../src/api/objects.ts';
import type { TunnelSpec } from '../../src/api/tunnel.gen.ts';
import { attachableFrom } from '../../src/core/routing/attachable.ts';
import { attach } from '../../src/core/routing/attach.ts';
import { aNamespace, aService, aTunnel } from './builders.ts';
import { requestsOf } from './requests.ts';
import { NO_GRANTS } from './grants.ts';

type Strings = Readonly<Record<string, string>>;

/** A write of the Service shop/web. Annotations are without their prefix, unless they have another. */
export interface AdmissionCase {
  readonly name: string;
  readonly annotations?: Strings;
  /** The annotations before an update. */
  readonly before?: Strings;
  /** Of the Namespace shop. */
  readonly labels?: Strings;
  /** The hostnames that the Namespace shop may use. */
  readonly allowed?: string;
  /** The spec of the Tunnel infra/home. */
  readonly tunnel?: Partial<TunnelSpec>;
  readonly refused?: string;
}

const FILE = join(import.meta.dirname, '../../tools/check-manifests/testdata/admission-cases.yaml');

export function admissionCases(): readonly AdmissionCase[] {
  return load(readFileSync(FILE, 'utf8')) as readonly AdmissionCase[];
}

export function serviceWith(annotations: Strings = {}): Service {
  const entries = Object.entries(annotations).map(([key, value]) => [completed(key), value]);
  return aService('shop/web', { annotations: Object.fromEntries(entries) as Strings });
}

function completed(key: string): string {
  return key.includes('/') ? key : `cftunnel.io/${key}`;
}

export function namespaceOf({ labels = {}, allowed }: AdmissionCase): Namespace {
  return aNamespace('shop', labels, allowed === undefined ? {} : { 'cftunnel.io/allowed-hostnames': allowed });
}

export function tunnelsOf({ tunnel }: AdmissionCase): readonly Tunnel[] {
  return tunnel === undefined ? [] : [aTunnel('infra/home', { spec: tunnel })];
}

/** Every problem that the operator has with the Service, with a Tunnel that admits everything where the case has none. */
export function problemsOf(each: AdmissionCase): readonly string[] {
  const open = { allowedRoutes: { namespaces: { from: 'All' } } } as const;
  const tunnels = each.tunnel === undefined ? [aTunnel('infra/any', { spec: open, isDefault: true })] : tunnelsOf(each);
  const to = attachableFrom({ tunnels, namespaces: [namespaceOf(each)], related: NO_GRANTS });
  return requestsOf([serviceWith(each.annotations)]).flatMap((request) =>
    [...request.problems, ...attach(request, to).problems].map(({ message }) => message),
  );
}

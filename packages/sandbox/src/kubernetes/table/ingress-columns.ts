import type { KubeObject } from '../api.ts';
import { arrayOrEmpty, fieldAt, textOf } from '../json.ts';
import { ageColumn } from './age.ts';
import { type Column, column, nameColumn } from './column.ts';

const MAX_HOSTS = 3;

export const ingressColumns: readonly Column[] = [
  nameColumn,
  column('Class', (ingress) => textOf(fieldAt(ingress, 'spec', 'ingressClassName')) || '<none>'),
  column('Hosts', hostsText),
  column('Address', addressText),
  column('Ports', (ingress) => (arrayOrEmpty(fieldAt(ingress, 'spec', 'tls')).length > 0 ? '80, 443' : '80')),
  ageColumn,
];

export const ingressClassColumns: readonly Column[] = [
  nameColumn,
  column('Controller', (ingressClass) => textOf(fieldAt(ingressClass, 'spec', 'controller'))),
  column('Parameters', (ingressClass) => textOf(fieldAt(ingressClass, 'spec', 'parameters', 'name')) || '<none>'),
  ageColumn,
];

function hostsText(ingress: KubeObject): string {
  const rules = arrayOrEmpty(fieldAt(ingress, 'spec', 'rules'));
  const hosts = rules.map((rule) => textOf(fieldAt(rule, 'host'))).filter((host) => host !== '');
  if (hosts.length === 0) return '*';
  const shown = hosts.slice(0, MAX_HOSTS).join(',');
  return hosts.length > MAX_HOSTS ? `${shown} + ${hosts.length - MAX_HOSTS} more...` : shown;
}

function addressText(ingress: KubeObject): string {
  const entries = arrayOrEmpty(fieldAt(ingress, 'status', 'loadBalancer', 'ingress'));
  return entries.map((entry) => textOf(fieldAt(entry, 'ip') ?? fieldAt(entry, 'hostname'))).join(',');
}

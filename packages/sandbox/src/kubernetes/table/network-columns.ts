import type { KubeObject } from '../api.ts';
import { arrayOrEmpty, fieldAt, isObject, type JsonObject, textOf } from '../json.ts';
import { ageColumn } from './age.ts';
import { type Column, column, nameColumn, wideColumn } from './column.ts';
import { labelSelectorText, labelsText } from './selector-text.ts';

export const serviceColumns: readonly Column[] = [
  nameColumn,
  column('Type', (service) => textOf(fieldAt(service, 'spec', 'type'))),
  column('Cluster-IP', (service) => textOf(fieldAt(service, 'spec', 'clusterIP')) || '<none>'),
  column('External-IP', externalIp),
  column('Port(s)', servicePorts),
  ageColumn,
  wideColumn('Selector', (service) => labelsText(fieldAt(service, 'spec', 'selector'))),
];

function externalIp(service: KubeObject): string {
  const type = fieldAt(service, 'spec', 'type');
  if (type === 'ExternalName') return textOf(fieldAt(service, 'spec', 'externalName'));
  const ingress = arrayOrEmpty(fieldAt(service, 'status', 'loadBalancer', 'ingress'));
  const addresses = [
    ...ingress.map((entry) => fieldAt(entry, 'ip') ?? fieldAt(entry, 'hostname')),
    ...arrayOrEmpty(fieldAt(service, 'spec', 'externalIPs')),
  ];
  if (addresses.length > 0) return addresses.join(',');
  return type === 'LoadBalancer' ? '<pending>' : '<none>';
}

function servicePorts(service: KubeObject): string {
  const ports = arrayOrEmpty(fieldAt(service, 'spec', 'ports')).filter(isObject);
  if (ports.length === 0) return '<none>';
  return ports.map(portText).join(',');
}

function portText({ port, nodePort, protocol }: JsonObject): string {
  const node = typeof nodePort === 'number' && nodePort > 0 ? `:${nodePort}` : '';
  return `${textOf(port)}${node}/${textOf(protocol)}`;
}

export const endpointSliceColumns: readonly Column[] = [
  nameColumn,
  column('AddressType', (slice) => textOf(slice['addressType'])),
  column('Ports', (slice) =>
    listed(
      arrayOrEmpty(slice['ports']).map((port) => fieldAt(port, 'port')),
      '<unset>',
    ),
  ),
  column('Endpoints', (slice) =>
    listed(
      arrayOrEmpty(slice['endpoints']).flatMap((endpoint) => arrayOrEmpty(fieldAt(endpoint, 'addresses'))),
      '<unset>',
    ),
  ),
  ageColumn,
];

/** The first three values, and how many more there are. */
function listed(values: readonly unknown[], none: string): string {
  if (values.length === 0) return none;
  const rest = values.length - 3;
  return values.slice(0, 3).join(',') + (rest > 0 ? ` + ${rest} more...` : '');
}

export const networkPolicyColumns: readonly Column[] = [
  nameColumn,
  column('Pod-Selector', (policy) => labelSelectorText(fieldAt(policy, 'spec', 'podSelector')) || '<none>'),
  ageColumn,
];

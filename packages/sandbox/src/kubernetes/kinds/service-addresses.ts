import type { KubeObject } from '../api.ts';
import { arrayOrEmpty, isObject, type JsonObject, objectOrEmpty, setDefault } from '../json.ts';

const FIRST_ADDRESS = 10 * 2 ** 24 + 96 * 2 ** 16 + 1; // 10.96.0.1, the first address in 10.96.0.0/12
const FIRST_NODE_PORT = 30000;

/** Allocates cluster IPs and node ports in sequence. They are never reused, so they need no release. */
export class ServiceAddresses {
  #nextAddress = FIRST_ADDRESS;
  #nextNodePort = FIRST_NODE_PORT;

  /** Sets the allocated fields of a Service. An update keeps existing values. */
  allocate(service: KubeObject, old: KubeObject | undefined): void {
    const spec = objectOrEmpty(service['spec']);
    if (spec['type'] === 'ExternalName') return releaseAddresses(spec);
    keepAddresses(spec, objectOrEmpty(old?.['spec']));
    if (typeof spec['clusterIP'] !== 'string' || spec['clusterIP'] === '') spec['clusterIP'] = this.#address();
    setDefault(spec, 'clusterIPs', [spec['clusterIP']]);
    setDefault(spec, 'ipFamilies', ['IPv4']);
    setDefault(spec, 'ipFamilyPolicy', 'SingleStack');
    if (spec['type'] === 'ClusterIP') return;
    for (const port of arrayOrEmpty(spec['ports']).filter(isObject)) setDefault(port, 'nodePort', this.#nodePort());
  }

  #address(): string {
    const address = this.#nextAddress;
    this.#nextAddress += 1;
    return [24, 16, 8, 0].map((shift) => (address >> shift) & 255).join('.');
  }

  #nodePort(): number {
    this.#nextNodePort += 1;
    return this.#nextNodePort - 1;
  }
}

function releaseAddresses(spec: JsonObject): void {
  for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) delete spec[field];
}

/** A PUT without the allocated values keeps them, as in the real registry. */
function keepAddresses(spec: JsonObject, old: JsonObject): void {
  if (old['type'] === 'ExternalName') return;
  for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) {
    if (old[field] !== undefined) setDefault(spec, field, old[field]);
  }
  if (spec['type'] === 'ClusterIP') return;
  const known = arrayOrEmpty(old['ports']).filter(isObject);
  for (const port of arrayOrEmpty(spec['ports']).filter(isObject)) {
    const same = known.find((item) => item['port'] === port['port'] && item['protocol'] === port['protocol']);
    if (same?.['nodePort'] !== undefined) setDefault(port, 'nodePort', same['nodePort']);
  }
}

import type { Json } from './envoy-json.ts';
import { SharedValues } from './shared-values.ts';

/** The text of a file of resources, one a line, so that a person can compare two of them. Envoy reads it as YAML. */
export function resourceFile(version: string, resources: readonly Json[]): string {
  const shared = new SharedValues(resources);
  const lines = resources.map((resource) => shared.write(resource));
  return `{"version_info": ${JSON.stringify(version)},"resources": [${lines.length === 0 ? '' : `\n${lines.join(',\n')}\n`}]}\n`;
}

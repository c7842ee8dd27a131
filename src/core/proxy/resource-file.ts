import type { Json } from './envoy-json.ts';
import { SharedValues } from './shared-values.ts';

/** Resources, one a line, so that a person can compare two files. Equal text means equal resources. */
export function linesOf(resources: readonly Json[]): string {
  const shared = new SharedValues(resources);
  return resources.map((resource) => shared.write(resource)).join(',\n');
}

/** The text of a file of resources. Envoy reads it as YAML. */
export function resourceFile(version: string, lines: string): string {
  return `{"version_info": ${JSON.stringify(version)},"resources": [${lines === '' ? '' : `\n${lines}\n`}]}\n`;
}

import { writeYaml } from '../../adapters/documents/yaml.ts';

/** The version of the shapes that `-o json` and `-o yaml` print, which docs/cli.md describes. */
const OUTPUT_VERSION = 'cli.cftunnel.io/v1';

/** Prints an answer of the given kind as JSON or YAML. Its shape is stable: fields are only added. */
export function renderDocument(format: 'json' | 'yaml', kind: string, body: object): string {
  const document = { apiVersion: OUTPUT_VERSION, kind, ...body };
  return format === 'json' ? `${JSON.stringify(document, undefined, 2)}\n` : writeYaml(document);
}

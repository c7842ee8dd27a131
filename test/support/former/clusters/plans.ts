/** A cluster of each tool, and what is planned for it. */
import { readFile, writeFile } from 'node:fs/promises';
import { dump, load } from 'js-yaml';
import { ADYANTH } from './adyanth.ts';
import { CLOUDFLARED } from './cloudflared.ts';
import { EXTERNAL_DNS } from './external-dns.ts';
import type { Objects } from './parts.ts';
import { STRRL } from './strrl.ts';

export const CLUSTERS: readonly { readonly from: string; readonly objects: Objects }[] = [
  { from: 'adyanth', objects: ADYANTH },
  { from: 'strrl', objects: STRRL },
  { from: 'cloudflared', objects: CLOUDFLARED },
  { from: 'external-dns', objects: EXTERNAL_DNS },
];

/** The plan in the shape that `cftunnel migrate -o json` prints. */
export async function expectedPlan(from: string): Promise<{ readonly objects: Objects }> {
  return load(await readFile(fileOf(from), 'utf8')) as { readonly objects: Objects };
}

export async function recordPlan(from: string, plan: object): Promise<void> {
  await writeFile(fileOf(from), dump(plan, { lineWidth: -1, noRefs: true }));
}

function fileOf(from: string): string {
  return `test/core/migrate/golden/${from}.yaml`;
}

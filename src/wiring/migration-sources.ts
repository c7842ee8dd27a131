/** The tools from which a migration is possible. */
import * as adyanth from '../core/migrate/adyanth/parse.ts';
import * as cloudflared from '../core/migrate/cloudflared/parse.ts';
import { parseExternalDns } from '../core/migrate/external-dns/parse.ts';
import type { MigrationSource } from '../core/migrate/sources.ts';
import * as strrl from '../core/migrate/strrl/parse.ts';

export const MIGRATION_SOURCES: Readonly<Record<string, MigrationSource>> = {
  adyanth: {
    title: 'adyanth/cloudflare-operator',
    configMaps: adyanth.configMapsToRead,
    secrets: adyanth.secretsToRead,
    parse: adyanth.parseAdyanth,
  },
  strrl: {
    title: 'STRRL/cloudflare-tunnel-ingress-controller',
    configMaps: () => [],
    secrets: strrl.secretsToRead,
    parse: strrl.parseStrrl,
  },
  'external-dns': {
    title: 'external-dns with a tunnel as its target',
    configMaps: cloudflared.configMapsToRead,
    secrets: cloudflared.secretsToRead,
    parse: parseExternalDns,
  },
  cloudflared: {
    title: 'a Deployment of cloudflared',
    configMaps: cloudflared.configMapsToRead,
    secrets: cloudflared.secretsToRead,
    parse: cloudflared.parseCloudflared,
  },
};

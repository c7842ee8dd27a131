import type { Registry } from 'prom-client';
import type { AccessFigure } from '../../core/access/figures.ts';
import { registerScrapedGauge } from './scraped-gauge.ts';

export function registerAccessGauges(registry: Registry, figures: () => readonly AccessFigure[]): void {
  registerScrapedGauge(registry, {
    name: 'cftunnel_access_condition',
    help: 'Always 1. The condition Ready of an AccessPolicy or AccessServiceToken, with its status (True, False, Unknown) and reason',
    labelNames: ['kind', 'object', 'status', 'reason'],
    samples: () =>
      figures().flatMap(({ kind, object, ready }) =>
        ready === undefined ? [] : [[{ kind, object, ...ready }, 1] as const],
      ),
  });
  registerScrapedGauge(registry, {
    name: 'cftunnel_access_service_token_expiry_timestamp_seconds',
    help: 'When a service token ends unless it is extended. One that does not end has no sample',
    labelNames: ['object'],
    samples: () =>
      figures().flatMap(({ object, expiresAt }) =>
        expiresAt === undefined ? [] : [[{ object }, Date.parse(expiresAt) / 1000] as const],
      ),
  });
}

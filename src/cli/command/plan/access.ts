import type { CloudflareAccess } from '../../frame/cloudflare.ts';
import type { Connection } from '../../frame/connect.ts';
import type { Given } from '../../frame/definition.ts';

/** What a plan asks. */
export interface Access {
  readonly given: Given;
  readonly connection: Connection;
  readonly cloudflare: CloudflareAccess;
}

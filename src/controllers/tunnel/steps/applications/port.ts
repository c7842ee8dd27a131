import type { AccessPolicies } from '../../../../core/applications/policies.ts';
import type { ProtectedRoutes } from '../../../../core/applications/standing.ts';
import type { CloudflaredConfig } from '../../../../core/ingress/rule.ts';
import type { OwnedObjectsPort } from '../../owned/owned-objects.ts';
import type { PublishedRoutesPort } from '../../pass/published-routes.ts';
import type { WantedRoutesPort } from '../../pass/wanted-routes.ts';

export interface ApplicationsPort extends OwnedObjectsPort, PublishedRoutesPort, WantedRoutesPort {
  readonly accessPolicies: AccessPolicies;
  readonly renderConfig: (config: CloudflaredConfig) => string;
}

export interface Applications extends ProtectedRoutes {
  /** Domains of the applications that are to stand. */
  readonly needed: ReadonlySet<string>;
  /** The Tunnel may have applications at Cloudflare. */
  readonly mayExist: boolean;
}

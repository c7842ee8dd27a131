import type { RemoteApplication } from '../../../core/applications/application.ts';
import type { NamedObject, RemotePolicy, RemoteServiceToken } from '../../../core/access/remote.ts';
import { CachedLists } from '../cached-list/cached-list.ts';

/** What one set of credentials has read of Access, by account. */
export class AccessLists {
  readonly applications = new CachedLists<readonly RemoteApplication[]>();
  readonly policies = new CachedLists<readonly RemotePolicy[]>();
  readonly serviceTokens = new CachedLists<readonly RemoteServiceToken[]>();
  readonly groups = new CachedLists<readonly NamedObject[]>();
  readonly loginMethods = new CachedLists<readonly NamedObject[]>();
  readonly organizations = new CachedLists<Organization>();
}

/** What Access has once in an account. */
export interface Organization {
  /** Host of the team, such as `example.cloudflareaccess.com`. */
  readonly authDomain: string;
}

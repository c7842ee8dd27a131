import type { User } from '../access/user.ts';
import type { Cluster } from '../registry/cluster.ts';
import type { Resource } from '../registry/resource.ts';
import type { View } from './encode.ts';

/** A request for a served resource. */
export interface ApiRequest {
  readonly cluster: Cluster;
  readonly user: User;
  readonly method: string;
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string;
  readonly query: URLSearchParams;
  readonly contentType: string | undefined;
  readonly userAgent: string;
  readonly body: Buffer;
  readonly view: View;
}

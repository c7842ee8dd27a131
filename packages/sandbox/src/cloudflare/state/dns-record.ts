/** A DNS record as stored: normalised and immutable. Every change replaces it. */
export interface DnsRecord {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly ttl: number;
  readonly proxied: boolean;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly comment: string | null;
  readonly tags: readonly string[];
  readonly priority: number | undefined;
  readonly data: Readonly<Record<string, unknown>> | undefined;
  readonly createdOn: string;
  readonly modifiedOn: string;
  readonly commentModifiedOn: string | undefined;
  readonly tagsModifiedOn: string | undefined;
}

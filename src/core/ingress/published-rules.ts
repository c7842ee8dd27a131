import type { CaFiles } from '../ca-pool/files.ts';

/** The published rules: `config.yaml` and certificates for cloudflared, `routes.json` for the operator. */
export interface PublishedRules {
  readonly config: string;
  readonly routes: string;
  readonly caFiles: CaFiles;
  /** Hash of `config`. Pods with this hash run exactly these rules. */
  readonly hash: string;
}

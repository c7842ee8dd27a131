/** The tools from which a migration is possible, and what has to be read for each. */
import type { ObjectKey } from '../../api/objects.ts';
import type { ClusterFacts, MigrationInput } from './facts.ts';
import type { Findings } from './takeover.ts';

/** What is known of a cluster before ConfigMaps and Secrets are read by name. */
export type FirstFacts = Pick<ClusterFacts, 'deployments' | 'foreign'>;

export interface MigrationSource {
  readonly title: string;
  readonly configMaps: (facts: FirstFacts) => readonly ObjectKey[];
  readonly secrets: (facts: FirstFacts, credentials: string | undefined) => readonly ObjectKey[];
  readonly parse: (input: MigrationInput) => Findings;
}

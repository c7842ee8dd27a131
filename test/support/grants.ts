import type { GrantLists } from '../../src/core/grants.ts';

/** A cluster without a ReferenceGrant. */
export const NO_GRANTS: GrantLists = { list: () => [] };

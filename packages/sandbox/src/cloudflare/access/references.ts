import type { AccessRule, AccessState, RuleLists } from '../state/access.ts';

/** Whether a policy or group has a rule that names an object. */
export function refersTo(state: AccessState, selector: 'service_token' | 'group', id: string): boolean {
  const lists: readonly RuleLists[] = [...state.policies.values(), ...state.groups.values()];
  return lists.some(({ include, exclude, require }) => {
    return [...include, ...exclude, ...require].some((rule) => idIn(rule, selector) === id);
  });
}

function idIn(rule: AccessRule, selector: 'service_token' | 'group'): unknown {
  return rule[selector]?.[selector === 'group' ? 'id' : 'token_id'];
}

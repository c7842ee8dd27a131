/** Deliberate differences from a real API server: names of cases, with the reason. */

const COST = 'The cost of rules is not estimated.';
const FUNCTIONS = 'These functions are unknown to the sandbox, which refuses a definition that calls them.';
const EMBEDDED = 'The metadata of an embedded resource is not looked at.';

export const NOT_EMULATED: Readonly<Record<string, string>> = {
  'a rule that is too dear': COST,
  'a rule that is too dear in a list in a list': COST,
  'a quadratic rule': COST,
  'a transition rule in a list': COST,
  'a transition rule in a list within a field': COST,
  'a transition rule in a set': COST,
  'the functions of Kubernetes': FUNCTIONS,
  'sets and two-variable comprehensions': FUNCTIONS,
  'CEL: quantity': FUNCTIONS,
  'CEL: isQuantity': FUNCTIONS,
  'CEL: url': FUNCTIONS,
  'CEL: ip': FUNCTIONS,
  'CEL: cidr': FUNCTIONS,
  'CEL: semver': FUNCTIONS,
  'CEL: format': FUNCTIONS,
  'CEL: sets': FUNCTIONS,
  'CEL: two-variable all': FUNCTIONS,
  'CEL: byte': 'Rules see bytes as the text in which they are written.',
  'CEL: list of unordered equal': 'Rules compare sets and keyed lists as lists.',
  'CEL: matches of RE2': 'Patterns in rules are those of JavaScript.',
  'an embedded resource with a bad name': EMBEDDED,
  'an embedded resource with a bad label': EMBEDDED,
  'an embedded resource with unknown metadata': EMBEDDED,
  'a default below an embedded resource with bad metadata': EMBEDDED,
};

import { badRequest } from '../status-error.ts';

/** Selects objects by labels. */
export type LabelPredicate = (labels: Readonly<Record<string, string>>) => boolean;

const KEY = '[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?';
const FORMS = {
  set: new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`),
  equality: new RegExp(`^(${KEY})\\s*(==|=|!=)\\s*([-A-Za-z0-9_.]*)$`),
  numeric: new RegExp(`^(${KEY})\\s*([<>])\\s*(-?\\d+)$`),
  exists: new RegExp(`^(!?)\\s*(${KEY})$`),
};

/** Parses `a=b,c!=d,e in (f,g),h notin (i),j,!k,n>1`. Throws 400 for anything else. */
export function parseLabelSelector(text: string): LabelPredicate {
  const requirements = splitRequirements(text).map((part) => parseRequirement(part, text));
  return (labels) => requirements.every((matches) => matches(labels));
}

/** Splits at commas outside parentheses. */
function splitRequirements(text: string): string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function parseRequirement(part: string, whole: string): LabelPredicate {
  const set = FORMS.set.exec(part);
  if (set !== null) return setRequirement(set[1] ?? '', set[2] === 'in', set[3] ?? '');
  const equality = FORMS.equality.exec(part);
  if (equality !== null) return equalityRequirement(equality[1] ?? '', equality[2] !== '!=', equality[3] ?? '');
  const numeric = FORMS.numeric.exec(part);
  if (numeric !== null) return numericRequirement(numeric[1] ?? '', numeric[2] === '>', Number(numeric[3]));
  const exists = FORMS.exists.exec(part);
  if (exists === null) throw badRequest(`unable to parse requirement: found '${part}' in '${whole}'`);
  return (labels) => (exists[2] ?? '') in labels === (exists[1] === '');
}

function setRequirement(key: string, wanted: boolean, list: string): LabelPredicate {
  const values = new Set(list.split(',').map((value) => value.trim()));
  return (labels) => {
    const value = labels[key];
    return value === undefined ? !wanted : values.has(value) === wanted;
  };
}

/** As in Kubernetes, `!=` also matches objects without the label. */
function equalityRequirement(key: string, wanted: boolean, value: string): LabelPredicate {
  return (labels) => (labels[key] === value) === wanted;
}

function numericRequirement(key: string, greater: boolean, bound: number): LabelPredicate {
  return (labels) => {
    const value = labels[key];
    if (value === undefined || !/^-?\d+$/.test(value)) return false;
    return greater ? Number(value) > bound : Number(value) < bound;
  };
}

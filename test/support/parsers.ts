/** The parsers for values in annotations that the operator uses. */
import { patternProblem } from '../../src/adapters/annotations/re2.ts';
import { readYaml } from '../../src/adapters/annotations/yaml.ts';
import type { Parsers } from '../../src/core/sources/parsers.ts';

export const PARSERS: Parsers = { readYaml, patternProblem };

import { patternProblem } from '../adapters/annotations/re2.ts';
import { readYaml } from '../adapters/annotations/yaml.ts';
import type { Parsers } from '../core/sources/parsers.ts';

/** The languages that annotations borrow. */
export const PARSERS: Parsers = { readYaml, patternProblem };

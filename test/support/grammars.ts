/** The languages that annotations borrow, as the operator reads them. */
import { patternProblem } from '../../src/adapters/annotations/re2.ts';
import { readYaml } from '../../src/adapters/annotations/yaml.ts';
import type { Grammars } from '../../src/core/routes/grammars.ts';

export const GRAMMARS: Grammars = { readYaml, patternProblem };

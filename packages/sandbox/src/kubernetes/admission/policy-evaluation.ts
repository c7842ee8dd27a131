/** Evaluates the expressions of one ValidatingAdmissionPolicy for one request. */
import type { KubeObject } from '../api.ts';
import { compileCel } from '../crd/cel.ts';
import { arrayOrEmpty, fieldAt, textOf } from '../json.ts';

export interface Validation {
  readonly expression: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
}

/** Why a policy denies a request. */
export interface Denial {
  readonly message: string;
  readonly reason: string | undefined;
}

interface Named {
  readonly name: string;
  readonly expression: string;
}

type Inputs = Readonly<Record<string, unknown>>;

/** The first denial, or undefined. An expression that fails denies the request unless the policy ignores failures. */
export function evaluatePolicy(policy: KubeObject, inputs: Inputs): Denial | undefined {
  try {
    const conditions = arrayOrEmpty(fieldAt(policy, 'spec', 'matchConditions')) as unknown as readonly Named[];
    if (!conditions.every(({ expression }) => compileCel(expression)(inputs) === true)) return undefined;
  } catch (error) {
    return failure(policy, error);
  }
  const variables = lazyVariables(policy, inputs);
  const validations = arrayOrEmpty(fieldAt(policy, 'spec', 'validations')) as unknown as readonly Validation[];
  for (const validation of validations) {
    const denial = evaluateValidation(policy, validation, { ...inputs, variables });
    if (denial !== undefined) return denial;
  }
  return undefined;
}

function evaluateValidation(policy: KubeObject, validation: Validation, inputs: Inputs): Denial | undefined {
  try {
    if (compileCel(validation.expression)(inputs) === true) return undefined;
    return { message: messageOf(validation, inputs), reason: validation.reason };
  } catch (error) {
    return failure(policy, error);
  }
}

export function failure(policy: KubeObject, error: unknown): Denial | undefined {
  if (fieldAt(policy, 'spec', 'failurePolicy') === 'Ignore') return undefined;
  return { message: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error), reason: undefined };
}

/** The message that is computed, else the fixed one, else the expression. */
function messageOf({ expression, message, messageExpression }: Validation, inputs: Inputs): string {
  return computedMessage(messageExpression, inputs) ?? message ?? `failed expression: ${expression}`;
}

function computedMessage(expression: string | undefined, inputs: Inputs): string | undefined {
  if (expression === undefined) return undefined;
  try {
    const text = textOf(compileCel(expression)(inputs)).trim();
    return text === '' || text.includes('\n') ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Each variable is computed when it is first read, so one that fails matters only where it is used. */
function lazyVariables(policy: KubeObject, inputs: Inputs): object {
  const variables = {};
  for (const { name, expression } of arrayOrEmpty(fieldAt(policy, 'spec', 'variables')) as unknown as Named[])
    Object.defineProperty(variables, name, {
      enumerable: true,
      configurable: true,
      get() {
        const value = compileCel(expression)({ ...inputs, variables });
        Object.defineProperty(variables, name, { enumerable: true, value });
        return value;
      },
    });
  return variables;
}

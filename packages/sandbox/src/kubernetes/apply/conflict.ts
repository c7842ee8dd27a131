import { ApiError } from '../status-error.ts';
import { type FieldSet, pathsOf } from './field-set.ts';
import type { Writer } from './managers.ts';

/** Fields of another manager that an apply would change. */
export interface Conflict {
  readonly owner: Writer;
  readonly fields: FieldSet;
}

/** A 409 with the message of the real server and one cause per field. */
export function applyConflict(conflicts: readonly Conflict[]): ApiError {
  const fields = conflicts.flatMap(({ owner, fields: set }) =>
    pathsOf(set).map((path) => ({ owner: ownerText(owner), path })),
  );
  const causes = fields.map(({ owner, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${owner}`,
    field: path,
  }));
  return new ApiError(409, 'Conflict', conflictMessage(fields), { causes });
}

function conflictMessage(fields: readonly { readonly owner: string; readonly path: string }[]): string {
  const [only] = fields;
  if (fields.length === 1 && only !== undefined) {
    return `Apply failed with 1 conflict: conflict with ${only.owner}: ${only.path}`;
  }
  const owners = [...new Set(fields.map(({ owner }) => owner))].toSorted();
  const lines = owners.flatMap((owner) => [
    `conflicts with ${owner}:`,
    ...fields.filter((field) => field.owner === owner).map(({ path }) => `- ${path}`),
  ]);
  return `Apply failed with ${fields.length} conflicts: ${lines.join('\n')}`;
}

function ownerText({ manager, operation, apiVersion, subresource }: Writer): string {
  const name = subresource === '' ? `"${manager}"` : `"${manager}" with subresource "${subresource}"`;
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}

import type { AdmissionPlugin } from '../registry/cluster.ts';
import { forbidden } from '../status-error.ts';
import { attributesFor } from './admission.ts';

/**
 * A server-side apply is authorized as a patch. If it creates the object, it needs the permission to create, too.
 * Assumption: the message contains only the reason that RBAC gives, which is mostly empty.
 */
export const createByApply: AdmissionPlugin = ({ authorizer }, request) => {
  if (!request.isApplied) return;
  const { isAllowed, reason } = authorizer.decide(request.options.user, attributesFor(request, 'create'));
  if (!isAllowed) throw forbidden(request.resource, request.object.metadata.name, reason);
};

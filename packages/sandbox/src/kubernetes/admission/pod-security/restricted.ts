import { arrayOrEmpty, fieldAt, isObject, type JsonObject, objectOrEmpty, textOf } from '../../json.ts';
import { COMMON_CHECKS } from './baseline.ts';
import {
  capabilitiesDetail,
  type Check,
  containers,
  badContainers,
  plural,
  quoted,
  seccompType,
  setters,
  violation,
} from './check.ts';

const ADDABLE = new Set(['NET_BIND_SERVICE']);
const VOLUME_TYPES = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);
const SECCOMP_TYPES: ReadonlySet<unknown> = new Set(['RuntimeDefault', 'Localhost']);

const allowPrivilegeEscalation: Check = (spec) => {
  const names = badContainers(spec, (context) => context['allowPrivilegeEscalation'] !== false);
  return violation(
    names,
    'allowPrivilegeEscalation != false',
    'must set securityContext.allowPrivilegeEscalation=false',
  );
};

const capabilities: Check = (spec) => {
  const withoutDrop = badContainers(
    spec,
    (context) => !arrayOrEmpty(fieldAt(context, 'capabilities', 'drop')).includes('ALL'),
  );
  const details = [
    withoutDrop.length === 0
      ? undefined
      : `${containers(withoutDrop)} must set securityContext.capabilities.drop=["ALL"]`,
    capabilitiesDetail(spec, ADDABLE),
  ].filter((detail) => detail !== undefined);
  return details.length === 0 ? undefined : { reason: 'unrestricted capabilities', detail: details.join('; ') };
};

const restrictedVolumes: Check = (spec) => {
  const bad = arrayOrEmpty(spec['volumes'])
    .filter(isObject)
    .flatMap((volume) => {
      const type = forbiddenType(volume);
      return type === undefined ? [] : [{ name: textOf(volume['name']), type }];
    });
  if (bad.length === 0) return undefined;
  const types = [...new Set(bad.map(({ type }) => type))].toSorted();
  const subject = `${plural(bad, 'volume')} ${quoted(bad.map(({ name }) => name))}`;
  const verb = bad.length === 1 ? 'uses' : 'use';
  return {
    reason: 'restricted volume types',
    detail: `${subject} ${verb} restricted volume ${plural(types, 'type')} ${quoted(types)}`,
  };
};

function forbiddenType({ name: _name, ...source }: JsonObject): string | undefined {
  return Object.keys(source).find((type) => !VOLUME_TYPES.has(type));
}

const runAsNonRoot: Check = (spec) => {
  const reason = 'runAsNonRoot != true';
  const refusing = setters(spec, (context) => context['runAsNonRoot'] === false);
  if (refusing !== undefined) return { reason, detail: `${refusing} must not set securityContext.runAsNonRoot=false` };
  if (objectOrEmpty(spec['securityContext'])['runAsNonRoot'] === true) return undefined;
  const withoutValue = badContainers(spec, (context) => context['runAsNonRoot'] !== true);
  if (withoutValue.length === 0) return undefined;
  return { reason, detail: `pod or ${containers(withoutValue)} must set securityContext.runAsNonRoot=true` };
};

const runAsUser: Check = (spec) => {
  const who = setters(spec, (context) => context['runAsUser'] === 0);
  return who === undefined ? undefined : { reason: 'runAsUser=0', detail: `${who} must not set runAsUser=0` };
};

const seccompProfile: Check = (spec) => {
  const reason = 'seccompProfile';
  const who = setters(spec, hasForbiddenSeccomp);
  if (who !== undefined)
    return { reason, detail: `${who} must not set securityContext.seccompProfile.type to "Unconfined"` };
  if (seccompType(objectOrEmpty(spec['securityContext'])) !== undefined) return undefined;
  const withoutValue = badContainers(spec, (context) => seccompType(context) === undefined);
  if (withoutValue.length === 0) return undefined;
  const allowed = 'securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"';
  return { reason, detail: `pod or ${containers(withoutValue)} must set ${allowed}` };
};

function hasForbiddenSeccomp(context: JsonObject): boolean {
  return seccompType(context) !== undefined && !SECCOMP_TYPES.has(seccompType(context));
}

const isWindows = (spec: JsonObject): boolean => fieldAt(spec, 'os', 'name') === 'windows';
const onLinux =
  (check: Check): Check =>
  (spec) =>
    isWindows(spec) ? undefined : check(spec);

/** The checks of level `restricted`: first those of `baseline`, then its own, in the order of the real server. */
export const RESTRICTED: readonly Check[] = [
  ...COMMON_CHECKS,
  onLinux(allowPrivilegeEscalation),
  onLinux(capabilities),
  restrictedVolumes,
  runAsNonRoot,
  runAsUser,
  onLinux(seccompProfile),
];

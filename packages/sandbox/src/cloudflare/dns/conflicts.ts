import type { Assumptions } from '../assumptions.ts';
import { refusal } from '../http/api-error.ts';
import type { Zone } from '../state/model.ts';
import type { ValidRecord } from './validate-record.ts';

const ADDRESS_LIKE = ['A', 'AAAA', 'CNAME'];
const SAME_NAME = 'https://developers.cloudflare.com/dns/manage-dns-records/troubleshooting/records-with-same-name/';

/**
 * Rejects a record that conflicts with another record of the same name.
 *
 * | new    | existing                | code  |
 * | ------ | ----------------------- | ----- |
 * | any    | same type and content   | 81058 |
 * | CNAME  | A, AAAA, CNAME          | 81053 |
 * | A/AAAA | CNAME                   | 81054 |
 * | NS     | anything but NS         | 81056 |
 * | other  | NS                      | 81056 |
 *
 * All other combinations are allowed, such as MX and TXT next to a CNAME.
 */
export function assertNoConflict(
  zone: Zone,
  record: ValidRecord,
  ownId: string | undefined,
  assumptions: Assumptions,
): void {
  const others = zone.records.named(record.name).filter((other) => other.id !== ownId);
  const has = (types: readonly string[]) => others.some((other) => types.includes(other.type));

  const isRepeated = others.some((other) => other.type === record.type && other.content === record.content);
  const repeatIsCnameClash = record.type === 'CNAME' && assumptions.identicalCnameCode === 81053;
  if (isRepeated && !repeatIsCnameClash) throw refusal(400, 81058, 'An identical record already exists.');

  if (record.type === 'CNAME' && has(ADDRESS_LIKE)) {
    throw refusal(400, 81053, 'An A, AAAA, or CNAME record with that host already exists.');
  }
  if ((record.type === 'A' || record.type === 'AAAA') && has(['CNAME'])) {
    throw refusal(
      400,
      81054,
      `A CNAME record with that host already exists. For more details, refer to <${SAME_NAME}>.`,
    );
  }
  if (record.name !== zone.name) assertNameServersAlone(record, others);
}

/** The rule is documented. Assumption: code and message. The zone's own NS records are not stored here. */
function assertNameServersAlone(record: ValidRecord, others: readonly { readonly type: string }[]): void {
  const clash = others.some((other) => (other.type === 'NS') !== (record.type === 'NS'));
  if (clash) throw refusal(400, 81056, 'NS records with that host already exist.');
}

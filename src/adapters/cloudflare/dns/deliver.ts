import {
  type BatchAnswer,
  type DeliveryOptions,
  type DeliveryResult,
  afterBatch,
  endDelivery,
  nextBatch,
  startDelivery,
} from '../../../core/dns/delivery.ts';
import type { DnsChange } from '../../../core/dns/plan.ts';

/** The result of each change, and the failure that ended the delivery early, if any. */
export interface WriteOutcome extends DeliveryResult {
  /** The changes of the batch that failed count as waiting; they may or may not have been carried out. */
  readonly failure?: unknown;
}

/** Sends one batch. `isPart`: it is sent only to find a refused name. */
export type SendBatch = (changes: readonly DnsChange[], isPart: boolean) => Promise<BatchAnswer>;

/** Sends changes batch by batch. Never throws, so that the results of earlier batches survive a failure. */
export async function deliver(
  changes: readonly DnsChange[],
  options: DeliveryOptions,
  send: SendBatch,
): Promise<WriteOutcome> {
  let delivery = startDelivery(changes, options);
  let failure: unknown;
  for (let batch = nextBatch(delivery); batch !== undefined; batch = nextBatch(delivery)) {
    const sent = await send(batch.changes, batch.isPart).catch((error: unknown) => {
      failure = error;
    });
    delivery = sent === undefined ? endDelivery(delivery) : afterBatch(delivery, sent);
  }
  const { done, refused, waiting, obstacle } = delivery;
  return {
    done,
    refused,
    waiting,
    ...(obstacle === undefined ? {} : { obstacle }),
    ...(failure === undefined ? {} : { failure }),
  };
}

import type { PlanName, Zone } from '../state/model.ts';

/** The limits of a plan. */
export interface PlanLimits {
  readonly batchOperations: number;
  readonly commentLength: number;
  readonly tagsPerRecord: number;
  readonly minimumTtl: number;
}

const PAID: PlanLimits = { batchOperations: 3500, commentLength: 500, tagsPerRecord: 20, minimumTtl: 60 };

const LIMITS: Readonly<Record<PlanName, PlanLimits>> = {
  free: { batchOperations: 200, commentLength: 100, tagsPerRecord: 0, minimumTtl: 60 },
  pro: PAID,
  business: PAID,
  enterprise: { ...PAID, minimumTtl: 30 },
};

/** Assumption: the ids are from memory; names and legacy ids are documented. */
const PLAN_OBJECTS: Readonly<Record<PlanName, { readonly id: string; readonly name: string; readonly price: number }>> =
  {
    free: { id: '0feeeeeeeeeeeeeeeeeeeeeeeeeeeeee', name: 'Free Website', price: 0 },
    pro: { id: 'a577b510288e82b26486fd1df47000ec', name: 'Pro Website', price: 20 },
    business: { id: '1ac039f6c29b691475c3d74fe588d1ae', name: 'Business Website', price: 200 },
    enterprise: { id: '94f3b7b768b0458b56d2cac4fe5ec0f9', name: 'Enterprise Website', price: 0 },
  };

export function limitsOf(zone: Zone): PlanLimits {
  return LIMITS[zone.plan];
}

/** The record quota of a zone. A Free zone created before 2024-09-01 (`isLegacy`) has a larger one. */
export function standardRecordQuota(plan: PlanName, isLegacy: boolean): number {
  if (plan !== 'free') return 3500;
  return isLegacy ? 1000 : 200;
}

/** The field `plan` of a zone object. */
export function planObject(plan: PlanName): unknown {
  return {
    ...PLAN_OBJECTS[plan],
    currency: 'USD',
    frequency: '',
    is_subscribed: plan !== 'free',
    can_subscribe: false,
    legacy_id: plan,
    legacy_discount: false,
    externally_managed: plan === 'enterprise',
  };
}

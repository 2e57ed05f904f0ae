import type { Parameters } from '../../../model/spec';
import type { Dropping, Masks } from '../../define';

/** The parameter `rate` of a layer of the dropout family. It may follow a schedule: `params.rateSchedule` then has it. */
export const rateParameter = (help: string) =>
  ({
    rate: { type: 'number', title: 'Rate', help, min: 0, below: 1, step: 0.01, default: 0.5, schedulable: true },
  }) as const satisfies Parameters;

/**
 * The dropping part of a layer. Made here for all kinds, so that all are objects of one form: reading a number from
 * objects of many forms puts it on the heap.
 */
export const droppingAt = (rate: number, masks?: Masks): Dropping => ({ rate, masks });

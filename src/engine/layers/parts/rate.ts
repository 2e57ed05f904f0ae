import type { Parameters } from '../../../model/spec';

/** The parameter `rate` of a layer of the dropout family. It may follow a schedule: `params.rateSchedule` then has it. */
export const rateParameter = (help: string) =>
  ({
    rate: { type: 'number', title: 'Rate', help, min: 0, below: 1, step: 0.01, default: 0.5, schedulable: true },
  }) as const satisfies Parameters;

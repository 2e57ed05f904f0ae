import type { Parameters } from '../../../model/spec';

/** The parameter `rate` of a layer of the dropout family. */
export const rateParameter = (help: string) =>
  ({
    rate: { type: 'number', title: 'Rate', help, min: 0, below: 1, step: 0.01, default: 0.5 },
  }) as const satisfies Parameters;

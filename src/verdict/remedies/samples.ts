/** What it learns from. */
import { setValue, type Maybe, type RemedyFacts } from './remedy';

export function scaledInputs({ model }: RemedyFacts): Maybe {
  const { data } = model;
  if (data?.kind !== 'csv' || data.params.scale !== 'none') return undefined;
  return {
    id: 'scaleInputs',
    title: 'Standardize the inputs',
    now: 'now as they are',
    why: 'Columns of very different size make some weights learn far faster than others.',
    action: setValue(['data', 'scale'], 'standardize'),
  };
}

export function validationSamples({ model }: RemedyFacts): Maybe {
  if (!model.data) return undefined;
  return {
    id: 'validation',
    title: 'Keep a fifth of the samples for validation',
    why: 'Only samples that it does not train on show whether a network learns or learns by heart.',
    action: setValue(['data', 'split'], { train: 0.6, validation: 0.2, test: 0.2 }),
  };
}

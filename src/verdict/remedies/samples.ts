/** What it learns from. */
import type { JsonObject } from '../../model/json';
import { isObject } from '../../model/parameters';
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
  const { split } = model.data.params;
  const { validation, validationPath, test, group, time, testPath, stratify } = isObject(split) ? split : {};
  if (validationPath !== undefined || (typeof validation === 'number' && validation > 0)) return undefined;
  // How samples are dealt out stays, so that none of a group, or of later, is trained on; and so do those that are there for a test.
  const kept = Object.entries({ group, time, testPath }).filter(([, value]) => value !== undefined);
  const how = Object.fromEntries([...kept, ...(stratify === false ? [['stratify', false]] : [])]) as JsonObject;
  const tested = typeof test === 'number' && test > 0;
  return {
    id: 'validation',
    title: 'Keep a fifth of the samples for validation',
    why: 'Only samples that it does not train on show whether a network learns or learns by heart.',
    action: setValue(['data', 'split'], {
      train: tested ? 0.6 : 0.8,
      validation: 0.2,
      ...(tested && { test: 0.2 }),
      ...how,
    }),
  };
}

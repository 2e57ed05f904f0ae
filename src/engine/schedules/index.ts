import { registry, type ScheduleDefinition } from '../define';
import { constant } from './constant';
import { cosine } from './cosine';
import { exponential } from './exponential';
import { inverseTime } from './inverseTime';
import { onPlateau } from './onPlateau';
import { step } from './step';

/** All learning-rate schedules, in the order that forms show them. */
export const schedules: ReadonlyMap<string, ScheduleDefinition> = registry(
  constant,
  cosine,
  step,
  exponential,
  inverseTime,
  onPlateau,
);

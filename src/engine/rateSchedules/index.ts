import type { RateScheduleSpec } from '../../model/spec';
import { registry } from '../define';
import { cosine } from './cosine';
import { linear } from './linear';
import { step } from './step';

/** All schedules of dropout rates, in the order that forms show them. */
export const rateSchedules: ReadonlyMap<string, RateScheduleSpec> = registry(linear, cosine, step);

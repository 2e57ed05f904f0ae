import { sources } from './data/sources/index';
import { augmentations } from './engine/augmentations/index';
import { layers } from './engine/layers/index';
import { losses } from './engine/losses/index';
import { metrics } from './engine/metrics/index';
import { optimizers } from './engine/optimizers/index';
import { rateSchedules } from './engine/rateSchedules/index';
import { schedules } from './engine/schedules/index';
import type { Catalogue } from './model/spec';

/** All kinds this program knows: what every use of the language is given. */
export const catalogue: Catalogue = {
  layers,
  losses,
  optimizers,
  metrics,
  schedules,
  rateSchedules,
  augmentations,
  sources,
};

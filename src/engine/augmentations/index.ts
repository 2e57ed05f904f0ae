import { registry } from '../define';
import type { AugmentationDefinition } from './define';
import { crop } from './crop';
import { erase } from './erase';
import { flip } from './flip';
import { shift } from './shift';

/** Every way there is to change a training picture, by the name that "augment" gives. */
export const augmentations: ReadonlyMap<string, AugmentationDefinition> = registry(flip, shift, crop, erase);

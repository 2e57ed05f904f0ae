import { registry, type LayerDefinition } from '../define';
import { activation } from './activation';
import { dense } from './dense';
import { dropout } from './dropout';
import { input } from './input';

/** All layer kinds, in the order that the palette shows them. */
export const layers: ReadonlyMap<string, LayerDefinition> = registry(input, dense, activation, dropout);

import type { Source } from '../source';
import { circles } from './circles';
import { csv } from './csv';
import { moons } from './moons';
import { spiral } from './spiral';
import { xor } from './xor';

/** Every kind of data there is, by the name that a model's `"source"` gives. */
export const sources: ReadonlyMap<string, Source> = new Map([moons, circles, spiral, xor, csv].map((s) => [s.kind, s]));

import type { Source } from '../source';
import { checkerboard } from './checkerboard';
import { circles } from './circles';
import { csv } from './csv';
import { gaussians } from './gaussians';
import { idx } from './idx';
import { images } from './images';
import { jsonl } from './jsonl';
import { moons } from './moons';
import { npy } from './npy';
import { parquet } from './parquet';
import { plane } from './plane';
import { sine } from './sine';
import { spiral } from './spiral';
import { xor } from './xor';

/** Every kind of data there is, by the name that a model's `"source"` gives. */
export const sources: ReadonlyMap<string, Source> = new Map(
  [moons, circles, spiral, xor, gaussians, checkerboard, sine, plane, csv, jsonl, parquet, idx, npy, images].map(
    (s) => [s.kind, s],
  ),
);

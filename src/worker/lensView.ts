import { Copies } from '../engine/lenses/copies';
import type { LensView } from '../engine/lenses/index';
import type { WeightHistory } from '../engine/lenses/weightHistory';
import { Counter } from '../engine/replay/counts';
import type { RunHistory } from '../engine/replay/history';
import { Replayer } from '../engine/replay/replayer';
import type { Trainer } from '../engine/trainer';
import type { Viewer } from '../engine/viewer';

/**
 * A run as lenses see it.
 * @param noisy positions in the training set whose label was drawn anew by label noise
 */
export const viewOf = (
  trainer: Trainer,
  viewer: Viewer,
  past: RunHistory,
  history: WeightHistory,
  noisy: Uint32Array | undefined,
): LensView => ({
  trainer,
  viewer,
  copies: new Copies(trainer),
  replayer: new Replayer(trainer, past),
  counter: new Counter(trainer, past),
  noisy,
  history,
});

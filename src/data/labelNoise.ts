import { ModelError } from '../model/diagnostics';
import { Random } from '../engine/rng/philox';

/**
 * Makes some training labels wrong, for showing what overfitting is: exactly round(share × n) of them, chosen by the
 * seed, are replaced by a class drawn uniformly from all classes. So about 1/classes of those chosen keep their class.
 *
 * @param labels class index of each training sample
 * @returns the labels with noise, and which positions were chosen, ascending
 * @throws ModelError where the share chooses no label at all
 */
export function addLabelNoise(
  labels: Uint32Array,
  classes: number,
  share: number,
  seed: number,
): { labels: Uint32Array; chosen: Uint32Array } {
  const count = Math.round(share * labels.length);
  if (share > 0 && count === 0) {
    throw new ModelError(
      'label-noise',
      ['data', 'labelNoise'],
      `Label noise ${share} of ${labels.length} training labels is less than one. Write at least ${(1 / labels.length).toPrecision(2)}, or 0.`,
    );
  }
  const random = new Random(seed, 'data/labelNoise');
  const chosen = random.permutation(labels.length).slice(0, count).sort();
  const noisy = labels.slice();
  for (const position of chosen) noisy[position] = random.below(classes);
  return { labels: noisy, chosen };
}

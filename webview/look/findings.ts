/** What deserves a look inside of a network, in words. */
import type { Answer } from '../../src/protocol/training';
import * as words from '../words';

type Layer = Answer<'inside'>['layers'][number];

/** Gradients so much smaller in one layer than in another are said to vanish, or to explode there. */
const FAR = 1000;
const MOST_NAMED = 8;

/** Dead units, and gradients that are far smaller or larger in some layer than in another. */
export function findings(layers: readonly Layer[]): string[] {
  const found: string[] = [];
  for (const { id, units, activations } of layers) {
    const dead = activations.dead ?? [];
    if (dead.length === 0) continue;
    const named = dead.slice(0, MOST_NAMED).map((u) => words.count(u + 1));
    const more = dead.length > named.length ? ` and ${words.count(dead.length - named.length)} more` : '';
    found.push(
      `${words.count(dead.length)} of ${words.plural(units, 'unit')} of ${id} ${dead.length === 1 ? 'is' : 'are'} dead: silent for every sample (unit ${named.join(', ')}${more}).`,
    );
  }
  const sizes = layers.flatMap(({ id, tensors: [kernel] }) => (kernel ? [{ id, size: kernel.gradientSize }] : []));
  const broken = sizes.find(({ size }) => !Number.isFinite(size));
  if (broken) found.push(`Gradients of ${broken.id} are not finite.`);
  const [low, high] = [...sizes].sort((a, b) => a.size - b.size).filter((_, i, all) => i === 0 || i === all.length - 1);
  if (!broken && high && high.size > FAR * low.size)
    found.push(
      low.size === 0
        ? `No gradient reaches ${low.id}: it does not learn from this batch.`
        : `Gradients of ${high.id} are ${words.count(high.size / low.size)} times those of ${low.id}: ` +
            (layers.findIndex((l) => l.id === low.id) < layers.findIndex((l) => l.id === high.id)
              ? 'they vanish on the way down.'
              : 'they explode on the way down.'),
    );
  return found.length > 0 ? found : ['No dead units; gradients are of like size in all layers.'];
}

/** What dropout did to each of some layers: how sparse it is, and how much its units depend on each other. */
export const besideTwin = (pairs: readonly { readonly layer: Layer; readonly other: Layer }[]): string[] =>
  pairs.map(({ layer: { id, activations: a }, other: { activations: b } }) => {
    const sparse = `${id}: ${words.percent(a.zero)} of activations are 0 with dropout, ${words.percent(b.zero)} without`;
    if (!a.coadaptation || !b.coadaptation) return `${sparse}.`;
    const [withIt, without] = [a.coadaptation.mean, b.coadaptation.mean].map((r) => r.toFixed(2));
    const how = withIt === without ? 'as much' : a.coadaptation.mean < b.coadaptation.mean ? 'less' : 'more';
    return `${sparse}; its units correlate ${how}: mean |r| ${withIt}, without ${without}.`;
  });

/** Which layers are behind a run that does not move, or explodes, in words. */
import type { Answer } from '../../src/protocol/training';
import * as words from '../words';

/** Gradients of a layer that are this much smaller than the largest have all but vanished. */
const VANISHED = 1e-4;
/** And these, of any layer, move nothing. */
const NO_GRADIENT = 1e-7;
/** Weights or gradients of this size come from no start and no data that is scaled. */
const LARGE = 100;

export interface Suspect {
  readonly layer: string;
  /** What is wrong with it, as its mark in the graph says it. */
  readonly text: string;
}

type Layer = Answer<'health'>['layers'][number];
interface Symptom {
  readonly name: string;
  readonly shows: (layer: Layer, most: number) => boolean;
  /** Of one layer, or of several at once: of the first of them. */
  readonly text: (layer: Layer) => string;
}

const SYMPTOMS: readonly Symptom[] = [
  {
    name: 'large',
    shows: ({ weights, gradient }) => weights > LARGE || gradient > LARGE || !Number.isFinite(weights + gradient),
    text: ({ weights, gradient }) =>
      `weights of about ${words.loss(weights)}, gradients of about ${words.loss(gradient)}.`,
  },
  {
    name: 'silent',
    shows: ({ silent, units }) => silent === units,
    text: ({ units }) => `all ${words.plural(units, 'unit')} are silent, nothing gets through.`,
  },
  {
    name: 'half silent',
    shows: ({ silent, units }) => silent > units / 2,
    text: ({ silent, units }) => `${words.count(silent)} of ${words.plural(units, 'unit')} are silent.`,
  },
  {
    name: 'vanished',
    shows: ({ gradient }, most) => gradient < VANISHED * most || most < NO_GRADIENT,
    text: ({ gradient }) => `gradients have vanished, about ${words.loss(gradient)} a weight.`,
  },
];

/** What is wrong with each layer that something is wrong with, the first layers first. */
function found({ layers }: Answer<'health'>): (Suspect & { readonly symptom: Symptom; readonly at: number })[] {
  const most = Math.max(...layers.map((l) => l.gradient));
  return layers.flatMap((layer, at) => {
    // Of the answers themselves, silence and small gradients are nothing odd.
    const last = at === layers.length - 1;
    const symptom = SYMPTOMS.find((s) => s.shows(layer, most) && !(last && s.name.includes('silent')));
    return symptom ? [{ layer: layer.id, text: symptom.text(layer), symptom, at }] : [];
  });
}

export const suspectsOf = (health: Answer<'health'>): Suspect[] =>
  found(health).map(({ layer, text }) => ({ layer, text }));

/** @returns at most three lines, neighbours with the same trouble in one: what goes wrong in the first goes wrong behind it */
export function suspects(health: Answer<'health'>): string[] {
  const all = found(health);
  if (all.length > 1 && all.length === health.layers.length && all.every((s) => s.symptom.name === 'vanished'))
    return ['Gradients have vanished in all layers: the loss no longer depends on the weights.'];
  const groups: (typeof all)[] = [];
  for (const suspect of all) {
    const before = groups.at(-1)?.at(-1);
    if (before?.symptom === suspect.symptom && before.at === suspect.at - 1) groups.at(-1)!.push(suspect);
    else groups.push([suspect]);
  }
  return groups.slice(0, 3).map((group) => {
    const [first] = group;
    if (group.length === 1) return `${first.layer}: ${first.text}`;
    return `${first.layer} to ${group.at(-1)!.layer} (${group.length} layers): ${first.text.replace(/\.$/, '')} in ${first.layer}.`;
  });
}

import { whyNotConnected } from '../connecting';
import type { Catalogue } from '../spec';
import { Chain, rewire } from './chain';
import { EditRefused } from './operations';

/** Makes `to` read `from`. @throws EditRefused where that would be a circle, or `to` reads nothing, or no more */
export function connect(text: string, from: string, to: string, catalogue: Catalogue): string {
  const chain = new Chain(text, catalogue);
  chain.find(from);
  const reader = chain.find(to);
  const { kind, inputs } = reader;
  if (inputs.includes(from)) return text;
  const most = catalogue.layers.get(kind)?.inputs.max ?? Infinity;
  const why = whyNotConnected(from, reader, most, chain.inputsOf);
  if (why !== undefined) throw new EditRefused(why);
  const wishes = chain.wishes();
  wishes.set(to, most === 1 ? [from] : [...inputs, from]);
  return rewire(text, wishes, catalogue);
}

/** Makes `to` no longer read `from`. @throws EditRefused where it would read too few layers then */
export function disconnect(text: string, from: string, to: string, catalogue: Catalogue): string {
  const chain = new Chain(text, catalogue);
  const { kind, inputs } = chain.find(to);
  if (!inputs.includes(from)) throw new EditRefused(`"${to}" does not read "${from}".`);
  const least = catalogue.layers.get(kind)?.inputs.min ?? 1;
  const left = inputs.filter((i) => i !== from);
  if (left.length < least)
    throw new EditRefused(
      least > 1
        ? `"${to}" joins at least ${least} layers: delete it, or connect another one first.`
        : `"${to}" must read a layer: connect it with another one instead, or delete it.`,
    );
  const wishes = chain.wishes();
  wishes.set(to, left);
  return rewire(text, wishes, catalogue);
}

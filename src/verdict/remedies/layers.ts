/** How much the layers can hold: their units, their number, the penalty on their weights, and what they let through. */
import { parametersOf } from '../../model/model';
import { hidden, resizable, setParameter, sizeOf, type Maybe, type RemedyFacts } from './remedy';

/** Units or filters from which on a layer is not what keeps a network from learning. */
const MANY = 2048;

export function moreUnits(facts: RemedyFacts): Maybe {
  const narrow = resizable(facts).sort((a, b) => sizeOf(a).size - sizeOf(b).size)[0];
  if (!narrow) return undefined;
  const { key, size } = sizeOf(narrow);
  if (size >= MANY) return undefined;
  const more = size < 4 ? 16 : 4 * size;
  return {
    id: 'moreUnits',
    title: `More ${key} in ${narrow.id}: ${more}`,
    now: `now ${size}`,
    why: `A network with so few ${key} cannot tell apart what there is to tell apart.`,
    action: setParameter(narrow.id, key, more),
  };
}

export function fewerUnits(facts: RemedyFacts): Maybe {
  const wide = resizable(facts).sort((a, b) => sizeOf(b).size - sizeOf(a).size)[0];
  if (!wide || parametersOf(facts.model) < facts.samples) return undefined;
  const { key, size } = sizeOf(wide);
  if (size < 16) return undefined;
  const fewer = Math.max(4, Math.round(size / 4));
  return {
    id: 'fewerUnits',
    title: `Fewer ${key} in ${wide.id}: ${fewer}`,
    now: `now ${size}`,
    why: `${parametersOf(facts.model)} parameters are enough to learn ${facts.samples} samples by heart.`,
    action: setParameter(wide.id, key, fewer),
  };
}

export function moreLayers(facts: RemedyFacts): Maybe {
  const { model } = facts;
  const output = model.layers.find((l) => l.id === model.output)!;
  // What has no units of its own hands on as many values as it reads: one more layer would change how many are answered.
  if (output.inputs.length !== 1 || typeof output.params.units !== 'number') return undefined;
  const layers = hidden(facts);
  const last = layers.at(-1);
  const units = Math.max(16, last ? Math.min(sizeOf(last).size, MANY) : 0);
  return {
    id: 'addLayer',
    title: `Add a hidden layer of ${units} units before ${output.id}`,
    now: layers.length === 0 ? 'now none' : `now ${layers.length}`,
    why: 'One more layer lets the network put together what the layers before it have found.',
    action: {
      type: 'edit',
      operation: { type: 'addLayerBefore', layer: output.id, kind: 'dense', params: { units, activation: 'relu' } },
    },
  };
}

export function weightDecay(facts: RemedyFacts): Maybe {
  const wide = hidden(facts)
    .filter((l) => l.params.l2 === 0)
    .sort((a, b) => b.parameters - a.parameters)[0];
  return (
    wide && {
      id: 'addL2',
      title: `L2 penalty 0.001 in ${wide.id}`,
      now: 'now 0',
      why: 'Large weights cost something then, and learning by heart takes large weights.',
      action: setParameter(wide.id, 'l2', 0.001),
    }
  );
}

export function noWeightDecay(facts: RemedyFacts): Maybe {
  const heavy = facts.model.layers
    .filter((l) => typeof l.params.l2 === 'number' && l.params.l2 > 0.0005)
    .sort((a, b) => (b.params.l2 as number) - (a.params.l2 as number))[0];
  return (
    heavy && {
      id: 'lessL2',
      title: `No L2 penalty in ${heavy.id}`,
      now: `now ${heavy.params.l2 as number}`,
      why: 'The penalty keeps weights so small that the network cannot learn.',
      action: setParameter(heavy.id, 'l2', 0),
    }
  );
}

/** Activations whose slope falls to 0 on one side or both. */
const SATURATING = new Set(['sigmoid', 'tanh', 'relu']);

/** Another activation in all layers that share the one that may have silenced them: one of many would change nothing. */
export function otherActivation(facts: RemedyFacts): Maybe {
  const activation = hidden(facts)
    .map((l) => l.params.activation)
    .find((a) => SATURATING.has(a as string));
  if (activation === undefined) return undefined;
  const layers = hidden(facts)
    .filter((l) => l.params.activation === activation)
    .map((l) => l.id);
  const silent = activation === 'relu';
  const other = silent ? 'leakyRelu' : 'relu';
  return {
    id: 'otherActivation',
    title: `Activation ${other} in ${layers.length === 1 ? layers[0] : `${layers.length} layers`}`,
    now: `now ${activation as string}`,
    why: silent
      ? 'It passes a little of every value on, so that no unit falls silent for good.'
      : `A gradient shrinks at each layer of ${activation as string} on its way back, and with many of them little arrives at the first (Glorot and Bengio 2010).`,
    action: {
      type: 'edit',
      operation: { type: 'setParameters', layers, key: 'activation', value: other },
    },
  };
}

/** How much the layers can hold: their units, their number, the penalty on their weights, and what they let through. */
import { parametersOf } from '../../model/model';
import { hidden, setParameter, unitsOf, type Maybe, type RemedyFacts } from './remedy';

export function moreUnits(facts: RemedyFacts): Maybe {
  const narrow = hidden(facts).sort((a, b) => unitsOf(a) - unitsOf(b))[0];
  if (!narrow) return undefined;
  const units = unitsOf(narrow) < 4 ? 16 : 4 * unitsOf(narrow);
  return {
    id: 'moreUnits',
    title: `More units in ${narrow.id}: ${units}`,
    now: `now ${unitsOf(narrow)}`,
    why: 'A network with so few units cannot tell apart what there is to tell apart.',
    action: setParameter(narrow.id, 'units', units),
  };
}

export function fewerUnits(facts: RemedyFacts): Maybe {
  const wide = hidden(facts).sort((a, b) => unitsOf(b) - unitsOf(a))[0];
  if (!wide || unitsOf(wide) < 16 || parametersOf(facts.model) < facts.samples) return undefined;
  const units = Math.max(4, Math.round(unitsOf(wide) / 4));
  return {
    id: 'fewerUnits',
    title: `Fewer units in ${wide.id}: ${units}`,
    now: `now ${unitsOf(wide)}`,
    why: `${parametersOf(facts.model)} parameters are enough to learn ${facts.samples} samples by heart.`,
    action: setParameter(wide.id, 'units', units),
  };
}

export function moreLayers(facts: RemedyFacts): Maybe {
  const { model } = facts;
  const output = model.layers.find((l) => l.id === model.output)!;
  const last = hidden(facts).at(-1);
  const before = output.inputs[0];
  if (output.inputs.length !== 1 || before === undefined) return undefined;
  const units = last ? unitsOf(last) : 16;
  return {
    id: 'addLayer',
    title: `Add a hidden layer of ${units} units before ${output.id}`,
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

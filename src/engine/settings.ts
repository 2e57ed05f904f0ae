import type { JsonObject } from '../model/json';
import type { TrainingConfig } from '../model/model';
import { checkParameters, list, type Findings } from '../model/parameters';
import { trainingParameters } from '../model/sections';
import type { Catalogue, Parameters } from '../model/spec';
import { kindOf } from './define';
import { optimizers } from './optimizers/index';
import type { Change } from './records';

/** The numbers of the training section that may change between two steps, as they are now: plain JSON. */
export interface Settings {
  readonly batchSize: number;
  readonly clipValue?: number;
  readonly clipNorm?: number;
  /** The optimizer's parameters: its numbers may change. */
  readonly optimizer: JsonObject;
}

export const settingsOf = ({
  batchSize,
  clipValue,
  clipNorm,
  optimizer,
}: Pick<TrainingConfig, 'batchSize' | 'clipValue' | 'clipNorm' | 'optimizer'>): Settings => ({
  batchSize,
  ...(clipValue !== undefined && { clipValue }),
  ...(clipNorm !== undefined && { clipNorm }),
  optimizer: optimizer.params,
});

/** What a run cannot change. */
export interface Limits {
  /** The optimizer's. */
  readonly kind: string;
  /** The most samples that a batch has memory for. */
  readonly maxBatch: number;
}

const OPTIMIZER = 'optimizer.';

/** A value that is no good is the caller's mistake: it is thrown, not collected. */
const throwing: Findings = {
  error: (_code, _path, message) => {
    throw new RangeError(message);
  },
  warning: () => undefined,
};

/** No parameter that may change refers to another kind. */
const nothingElse: Catalogue = {
  layers: new Map(),
  losses: new Map(),
  optimizers: new Map(),
  metrics: new Map(),
  schedules: new Map(),
  rateSchedules: new Map(),
  sources: new Map(),
  augmentations: new Map(),
};

const check = (value: JsonObject, parameters: Parameters, owner: string): void =>
  void checkParameters(value, parameters, [], owner, { catalogue: nothingElse, findings: throwing });

/** What may be changed, by the names that `Change.parameter` has for them: those of an optimizer are its own numbers. */
export function changeableOf(settings: Settings, kind: string): readonly string[] {
  const { parameters } = kindOf(optimizers, 'optimizer', kind);
  return [
    ...Object.keys(parameters)
      .filter((name) => parameters[name].type === 'number' || parameters[name].type === 'integer')
      .map((name) => OPTIMIZER + name),
    'batchSize',
    ...(['clipValue', 'clipNorm'] as const).filter((name) => settings[name] !== undefined),
  ];
}

/**
 * The settings after a change of one of them.
 * @throws RangeError where there is no such number, or it cannot be that: the message says what it may be
 */
export function withChange(
  settings: Settings,
  { parameter, to }: Change,
  { kind, maxBatch }: Limits,
): { readonly settings: Settings; readonly from: number } {
  const known = changeableOf(settings, kind);
  if (!known.includes(parameter))
    throw new RangeError(
      `"${parameter}" cannot be changed while it trains; expected ${list(
        known.map((name) => `"${name}"`),
        'or',
      )}. A new run takes any change.`,
    );
  if (parameter.startsWith(OPTIMIZER)) {
    const name = parameter.slice(OPTIMIZER.length);
    const optimizer = { ...settings.optimizer, [name]: to };
    checkOptimizer(optimizer, kind);
    return { settings: { ...settings, optimizer }, from: settings.optimizer[name] as number };
  }
  const name = parameter as 'batchSize' | 'clipValue' | 'clipNorm';
  check({ [name]: to }, { [name]: trainingParameters[name] }, 'The training section');
  if (name === 'batchSize' && to > maxBatch)
    throw new RangeError(
      `"batchSize": this run has memory for batches of up to ${maxBatch} samples, found ${to}. A new run makes room for more.`,
    );
  return { settings: { ...settings, [name]: to }, from: settings[name]! };
}

/** @throws RangeError where the parameters are not good, or do not go together */
function checkOptimizer(params: JsonObject, kind: string): void {
  const definition = kindOf(optimizers, 'optimizer', kind);
  check(params, definition.parameters, `Optimizer "${kind}"`);
  const wrong = definition.check?.(params);
  if (wrong) throw new RangeError(`Optimizer "${kind}", "${wrong.parameter}": ${wrong.message}`);
}

/** Holds settings out of a checkpoint against a run. @param refuse is told what is wrong, what was expected and found */
export function checkSettings(
  settings: Settings,
  { kind, maxBatch }: Limits,
  refuse: (what: string, wanted: unknown, found: unknown) => never,
): void {
  const { batchSize, optimizer } = settings;
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > maxBatch)
    refuse('the batch size', `1 to ${maxBatch}`, batchSize);
  try {
    checkOptimizer(optimizer, kind);
    const { parameters } = kindOf(optimizers, 'optimizer', kind);
    const missing = Object.keys(parameters).find((name) => optimizer[name] === undefined && !parameters[name].optional);
    if (missing !== undefined) throw new RangeError(`Optimizer "${kind}" has no "${missing}".`);
  } catch (error) {
    refuse(`the optimizer (${(error as Error).message})`, kind, optimizer);
  }
}

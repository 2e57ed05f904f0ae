import type { Diagnostic } from './diagnostics';
import { checkIds, checkInputNames, findOutput, inputsOf, topologicalOrder } from './graph';
import type { RawLayer } from './graph';
import type { Json, JsonObject, JsonPath } from './json';
import { checkMeasures } from './measures';
import type { Configured, Model, ModelLayer, TrainingConfig } from './model';
import { checkParameters, isObject, list, show } from './parameters';
import type { Scope } from './parameters';
import { locate, locateKey, parse, valueOf } from './parse';
import { trainingParameters } from './sections';
import type { Catalogue } from './spec';
import { ShapeError } from './spec';
import { didYouMean } from './suggest';
import { warn } from './warnings';

export interface Analysis {
  /** Present when there is no error: warnings may stand beside it. */
  readonly model?: Model;
  /** In the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
  /** False where the text is not JSON at all, or empty. */
  readonly parses: boolean;
  /** The characters to mark for something found later at a path, in the data or while compiling. */
  locate(path: JsonPath): { offset: number; length: number };
}

/** The newest version of the format. */
export const formatVersion = 1;
const topLevel = ['$schema', 'version', 'name', 'data', 'layers', 'training'];

/** Reads the text of a `.netjson` file: syntax, kinds, parameters, graph, shapes. Never throws for bad text. */
export function analyze(text: string, catalogue: Catalogue): Analysis {
  const parsed = parse(text);
  const diagnostics: Diagnostic[] = [...parsed.diagnostics];
  const { root } = parsed;
  const done = (model?: Model): Analysis => ({
    model,
    diagnostics: diagnostics.sort((a, b) => a.offset - b.offset),
    parses: parsed.diagnostics.length === 0 && root !== undefined,
    locate: (path) => locate(root, path),
  });
  if (parsed.diagnostics.length > 0) return done();
  const scope: Scope = {
    catalogue,
    findings: {
      error: (code, path, message, mark) => {
        const place = mark === 'key' ? locateKey(root, path) : locate(root, path);
        diagnostics.push({ severity: 'error', code, message, path, ...place });
      },
      warning: (code, path, message) => {
        diagnostics.push({ severity: 'warning', code, message, path, ...locate(root, path) });
      },
    },
  };
  if (!root) {
    scope.findings.error(
      'empty',
      [],
      'The file is empty. Start from a template, or write { "version": 1, "layers": [ … ] }.',
    );
    return done();
  }
  const model = readModel(valueOf(root), scope);
  const errors = diagnostics.some((d) => d.severity === 'error');
  if (!model || errors) return done();
  warn(model, scope);
  return done(diagnostics.some((d) => d.severity === 'error') ? undefined : model);
}

function readModel(value: Json, scope: Scope): Model | undefined {
  const { findings } = scope;
  if (!isObject(value)) {
    findings.error('type', [], `A model is an object in { }, found ${show(value)}.`);
    return undefined;
  }
  for (const key of Object.keys(value)) {
    if (topLevel.includes(key)) continue;
    const hint = didYouMean(key, topLevel) || ` It has ${list(topLevel.slice(1).map((k) => `"${k}"`))}.`;
    findings.error('unknown-key', [key], `A model has no "${key}".${hint}`, 'key');
  }
  checkVersion(value, scope);
  if (value.name !== undefined && typeof value.name !== 'string') {
    findings.error('type', ['name'], `"name": expected text in double quotes, found ${show(value.name)}.`);
  }
  const data = value.data === undefined ? undefined : readData(value.data, scope);
  const training = value.training === undefined ? undefined : readTraining(value.training, scope);
  const graph = readLayers(value.layers, scope);
  if (!graph) return undefined;
  const name = typeof value.name === 'string' ? value.name : '';
  return { version: 1, name, data, ...graph, training };
}

function checkVersion(value: JsonObject, { findings }: Scope): void {
  const { version } = value;
  if (version === formatVersion) return;
  if (version === undefined) {
    findings.error('missing', [], `The model needs "version": ${formatVersion}, so that later releases can read it.`);
  } else if (typeof version === 'number' && version > formatVersion) {
    findings.error(
      'version',
      ['version'],
      `This file is of version ${version}; this Dropout Studio reads version ${formatVersion}. Update the extension.`,
    );
  } else {
    findings.error('version', ['version'], `"version": expected ${formatVersion}, found ${show(version)}.`);
  }
}

function readData(value: Json, scope: Scope): Configured | undefined {
  const { findings, catalogue } = scope;
  const names = [...catalogue.sources.keys()];
  const all = list(
    names.map((n) => `"${n}"`),
    'or',
  );
  if (!isObject(value)) {
    findings.error('type', ['data'], `"data": expected an object in { }, found ${show(value)}.`);
    return undefined;
  }
  const { source } = value;
  if (typeof source !== 'string') {
    findings.error('missing', ['data'], `The data section needs a "source": ${all}.`);
    return undefined;
  }
  const spec = catalogue.sources.get(source);
  if (!spec) {
    findings.error(
      'unknown-kind',
      ['data', 'source'],
      `There is no data source "${source}".${didYouMean(source, names) || ` Take ${all}.`}`,
    );
    return undefined;
  }
  const params = checkParameters(value, spec.parameters, ['data'], `The data source "${source}"`, scope, ['source']);
  return params && { kind: source, params };
}

function readTraining(value: Json, scope: Scope): TrainingConfig | undefined {
  if (!isObject(value)) {
    scope.findings.error('type', ['training'], `"training": expected an object in { }, found ${show(value)}.`);
    return undefined;
  }
  const params = checkParameters(value, trainingParameters, ['training'], 'The training section', scope);
  if (!params) return undefined;
  const training: TrainingConfig = {
    loss: configured(params.loss as JsonObject),
    optimizer: configured(params.optimizer as JsonObject),
    ...(params.metrics && { metrics: (params.metrics as JsonObject[]).map(configured) }),
    schedule: configured(params.schedule as JsonObject),
    warmupSteps: params.warmupSteps as number,
    clipValue: params.clipValue as number | undefined,
    clipNorm: params.clipNorm as number | undefined,
    earlyStopping: params.earlyStopping as TrainingConfig['earlyStopping'] | undefined,
    stopAt: params.stopAt as TrainingConfig['stopAt'] | undefined,
    maxSeconds: params.maxSeconds as number | undefined,
    numerics: params.numerics as TrainingConfig['numerics'],
    batchSize: params.batchSize as number,
    epochs: params.epochs as number,
    seed: params.seed as number,
  };
  checkMeasures(training, scope);
  return training;
}

const configured = ({ kind, ...params }: JsonObject): Configured => ({ kind: kind as string, params });

function readLayers(value: Json | undefined, scope: Scope): Pick<Model, 'layers' | 'output'> | undefined {
  const { findings } = scope;
  if (value === undefined) {
    findings.error('missing', [], 'The model needs "layers": a list that begins with an input layer.');
    return undefined;
  }
  if (!Array.isArray(value)) {
    findings.error('type', ['layers'], `"layers": expected a list in [ ], found ${show(value)}.`);
    return undefined;
  }
  if (value.length === 0) {
    findings.error(
      'no-layers',
      ['layers'],
      'The list of layers is empty. Begin with { "id": "input", "kind": "input", "shape": [2] }.',
    );
    return undefined;
  }
  const raw = checkIds(value, findings);
  const params = new Map(raw.map((layer) => [layer.id, readLayer(layer, scope)]));
  const named = checkInputNames(raw, findings);
  if (raw.length < value.length || !named || [...params.values()].includes(undefined)) return undefined;
  return connect(raw, params as Map<string, JsonObject>, scope);
}

/** Kind and parameters of one layer; what it reads is looked at later. */
function readLayer({ id, index, value }: RawLayer, scope: Scope): JsonObject | undefined {
  const { findings, catalogue } = scope;
  const names = [...catalogue.layers.keys()];
  const { kind } = value;
  const path = ['layers', index];
  if (typeof kind !== 'string') {
    const all = list(
      names.map((n) => `"${n}"`),
      'or',
    );
    findings.error('missing', path, `Layer "${id}" needs a "kind": ${all}.`);
    return undefined;
  }
  const spec = catalogue.layers.get(kind);
  if (!spec) {
    const hint =
      didYouMean(kind, names) ||
      ` Take ${list(
        names.map((n) => `"${n}"`),
        'or',
      )}.`;
    findings.error('unknown-kind', [...path, 'kind'], `Layer "${id}": there is no kind "${kind}".${hint}`);
    return undefined;
  }
  return checkParameters(value, spec.parameters, path, `Layer "${id}"`, scope, ['id', 'kind', 'inputs']);
}

/** Joins the layers: who reads whom, in which order, with which shapes. */
function connect(
  raw: readonly RawLayer[],
  params: ReadonlyMap<string, JsonObject>,
  scope: Scope,
): Pick<Model, 'layers' | 'output'> | undefined {
  const { findings, catalogue } = scope;
  const specOf = (layer: RawLayer) => catalogue.layers.get(layer.value.kind as string)!;
  const inputs = new Map(raw.map((l, i) => [l.id, inputsOf(raw, i, specOf(l).inputs.max > 0)]));
  let good = true;
  for (const layer of raw) {
    const count = inputs.get(layer.id)!.length;
    const { min, max } = specOf(layer).inputs;
    if (count >= min && count <= max) continue;
    good = false;
    const path = layer.value.inputs === undefined ? ['layers', layer.index] : ['layers', layer.index, 'inputs'];
    const message =
      count === 0
        ? `Layer "${layer.id}" reads nothing. Put an input layer before it, or name what it reads: "inputs": ["…"].`
        : max === 0
          ? `Layer "${layer.id}" is an input: it reads no other layer. Remove "inputs".`
          : `Layer "${layer.id}" reads ${count} ${count === 1 ? 'layer' : 'layers'}, but a layer of kind "${layer.value.kind as string}" reads ${min === max ? `exactly ${min}` : count < min ? `at least ${min}` : `at most ${max}`}. Name what it reads: "inputs": [${Array.from({ length: min }, () => '"…"').join(', ')}].`;
    findings.error('inputs', path, message);
  }
  if (!good) return undefined;
  const order = topologicalOrder(raw, inputs, findings);
  const output = order && findOutput(raw, inputs, findings);
  if (!order || !output) return undefined;

  const layers: ModelLayer[] = [];
  const shapes = new Map<string, readonly number[]>();
  for (const id of order) {
    const layer = raw.find((l) => l.id === id)!;
    const spec = specOf(layer);
    const reads = inputs.get(id)!;
    // A layer behind one whose shape is unknown has been spoken for already.
    if (!reads.every((i) => shapes.has(i))) continue;
    const inputShapes = reads.map((i) => shapes.get(i)!);
    const own = params.get(id)!;
    try {
      const shape = spec.shape(own, inputShapes);
      shapes.set(id, shape);
      layers.push({
        id,
        kind: spec.kind,
        params: own,
        index: layer.index,
        inputs: reads,
        inputShapes,
        shape,
        parameters: spec.parameterCount(own, inputShapes),
        multiplyAdds: spec.multiplyAdds(own, inputShapes),
      });
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      findings.error('shape', ['layers', layer.index], `Layer "${id}": ${error.message}`);
    }
  }
  return layers.length === raw.length ? { layers, output } : undefined;
}

import type { Diagnostic, Severity } from './diagnostics';
import { type Fix, keyFixes, meantFixes, removeFix, setFix } from './fixes';
import { checkIds, checkInputNames, findOutput, inputsOf, topologicalOrder } from './graph';
import type { RawLayer } from './graph';
import type { Json, JsonObject, JsonPath } from './json';
import { checkMeasures } from './measures';
import { type FormatVersion, formatHistory, isOutdated, newestVersion } from './migrate';
import type { Configured, Model, ModelLayer, TrainingConfig } from './model';
import { checkParameters, isObject } from './parameters';
import type { Remark, Scope } from './parameters';
import { locate, locateKey, parse, valueOf } from './parse';
import { trainingParameters } from './sections';
import { shapeFixes } from './shapeFixes';
import type { Catalogue } from './spec';
import { ShapeError } from './spec';
import { didYouMean } from './suggest';
import { plainTemplates } from './templates';
import { warn } from './warnings';
import { list, show } from './words';

export interface Analysis {
  /** Present when there is no error: warnings may stand beside it. */
  readonly model?: Model;
  /** Every layer whose shape is known, even where something else is wrong. */
  readonly layers: readonly ModelLayer[];
  /** In the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
  /** False where the text is not JSON at all, or empty. */
  readonly parses: boolean;
  /** The characters to mark for something found later at a path, in the data or while compiling. */
  locate(path: JsonPath): { offset: number; length: number };
}

const topLevel = ['$schema', 'version', 'name', 'data', 'layers', 'training'];

/** Reads the text of a `.netjson` file: syntax, kinds, parameters, graph, shapes. Never throws for bad text. */
export function analyze(
  text: string,
  catalogue: Catalogue,
  history: readonly FormatVersion[] = formatHistory,
): Analysis {
  const parsed = parse(text);
  const diagnostics: Diagnostic[] = [...parsed.diagnostics];
  const { root } = parsed;
  const layers: ModelLayer[] = [];
  const done = (model?: Model): Analysis => ({
    model,
    layers,
    diagnostics: diagnostics.sort((a, b) => a.offset - b.offset),
    parses: parsed.diagnostics.length === 0 && root !== undefined,
    locate: (path) => locate(root, path),
  });
  if (parsed.diagnostics.length > 0) return done();
  const add = (severity: Severity, code: string, path: JsonPath, message: string, remark: Remark = {}): void => {
    const place = remark.mark === 'key' ? locateKey(root, path) : locate(root, path);
    const fixes = remark.fixes?.() ?? [];
    diagnostics.push({ severity, code, message, path, ...place, ...(fixes.length > 0 && { fixes }) });
  };
  const scope: Scope = {
    catalogue,
    findings: {
      error: (code, path, message, remark) => add('error', code, path, message, remark),
      warning: (code, path, message, remark) => add('warning', code, path, message, remark),
    },
  };
  if (!root) {
    scope.findings.error(
      'empty',
      [],
      'The file is empty. Start from a template, or write { "version": 1, "layers": [ … ] }.',
      { fixes: () => templateFixes(text) },
    );
    return done();
  }
  const model = readModel(valueOf(root), scope, history, layers);
  const errors = diagnostics.some((d) => d.severity === 'error');
  if (!model || errors) return done();
  warn(model, scope);
  return done(diagnostics.some((d) => d.severity === 'error') ? undefined : model);
}

/** Behind the comments that may stand there already. */
const templateFixes = (text: string): Fix[] =>
  plainTemplates.map((t) => ({
    title: `Start from the template "${t.title}"`,
    operation: {
      type: 'replaceText',
      offset: text.trimEnd().length,
      length: 0,
      text: `${text.trim() && '\n'}${t.text}`,
    },
  }));

/** @param known where layers go as soon as their shapes are known */
function readModel(
  value: Json,
  scope: Scope,
  history: readonly FormatVersion[],
  known: ModelLayer[],
): Model | undefined {
  const { findings } = scope;
  if (!isObject(value)) {
    findings.error('type', [], `A model is an object in { }, found ${show(value)}.`);
    return undefined;
  }
  // What the words of another version mean is not known here.
  if (!checkVersion(value, scope, history)) return undefined;
  for (const key of Object.keys(value)) {
    if (topLevel.includes(key)) continue;
    const hint = didYouMean(key, topLevel) || ` It has ${list(topLevel.slice(1).map((k) => `"${k}"`))}.`;
    findings.error('unknown-key', [key], `A model has no "${key}".${hint}`, {
      mark: 'key',
      fixes: () => keyFixes([key], topLevel, Object.keys(value)),
    });
  }
  if (value.name !== undefined && typeof value.name !== 'string') {
    findings.error('type', ['name'], `"name": expected text in double quotes, found ${show(value.name)}.`);
  }
  const data = value.data === undefined ? undefined : readData(value.data, scope);
  const training = value.training === undefined ? undefined : readTraining(value.training, scope);
  const graph = readLayers(value.layers, scope, known);
  if (!graph) return undefined;
  const name = typeof value.name === 'string' ? value.name : '';
  return { version: newestVersion(history), name, data, ...graph, training };
}

/** @returns false where the text is of another version, which is then all that is said of it */
function checkVersion(value: JsonObject, { findings }: Scope, history: readonly FormatVersion[]): boolean {
  const { version } = value;
  const newest = newestVersion(history);
  const path = ['version'];
  if (version === newest) return true;
  if (version === undefined) {
    findings.error('missing', [], `The model needs "version": ${newest}, so that later releases can read it.`, {
      fixes: () => [
        { title: `Add "version": ${newest}`, operation: { type: 'setPath', path, value: newest, first: true } },
      ],
    });
    return true;
  }
  if (isOutdated(version, history)) {
    findings.error(
      'version',
      path,
      `This file is of version ${show(version)} of the format; this Dropout Studio reads version ${newest}. Bring it up to date: comments and layout stay.`,
      { fixes: () => [{ title: `Bring up to version ${newest}`, operation: { type: 'bringUpToDate' } }] },
    );
    return false;
  }
  if (typeof version === 'number' && version > newest) {
    const { since } = history[history.length - 1];
    findings.error(
      'version',
      path,
      `This file is of version ${version} of the format; this Dropout Studio reads version ${newest}, as releases since ${since} do. Update it: the changelog says which release brought version ${version}.`,
    );
    return false;
  }
  findings.error('version', path, `"version": expected ${newest}, found ${show(version)}.`, {
    fixes: () => [setFix(path, newest)],
  });
  return true;
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
      { fixes: () => meantFixes(['data', 'source'], source, names) },
    );
    return undefined;
  }
  const title = `The data source "${source}"`;
  const params = checkParameters(value, spec.parameters, ['data'], title, scope, ['source'], spec.example);
  return params && { kind: source, params };
}

function readTraining(value: Json, scope: Scope): TrainingConfig | undefined {
  if (!isObject(value)) {
    scope.findings.error('type', ['training'], `"training": expected an object in { }, found ${show(value)}.`);
    return undefined;
  }
  const params = checkParameters(value, trainingParameters, ['training'], 'The training section', scope, [], {
    loss: 'crossentropy',
  });
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
    backend: params.backend as TrainingConfig['backend'],
    batchSize: params.batchSize as number,
    epochs: params.epochs as number,
    seed: params.seed as number,
  };
  checkMeasures(training, scope);
  return training;
}

const configured = ({ kind, ...params }: JsonObject): Configured => ({ kind: kind as string, params });

function readLayers(
  value: Json | undefined,
  scope: Scope,
  known: ModelLayer[],
): Pick<Model, 'layers' | 'output'> | undefined {
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
  return connect(raw, params as Map<string, JsonObject>, scope, known);
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
    findings.error('unknown-kind', [...path, 'kind'], `Layer "${id}": there is no kind "${kind}".${hint}`, {
      fixes: () => meantFixes([...path, 'kind'], kind, names),
    });
    return undefined;
  }
  const own = ['id', 'kind', 'inputs'];
  return checkParameters(value, spec.parameters, path, `Layer "${id}"`, scope, own, spec.example);
}

/** Joins the layers: who reads whom, in which order, with which shapes. */
function connect(
  raw: readonly RawLayer[],
  params: ReadonlyMap<string, JsonObject>,
  scope: Scope,
  layers: ModelLayer[],
): Pick<Model, 'layers' | 'output'> | undefined {
  const { findings, catalogue } = scope;
  const specOf = (layer: RawLayer) => catalogue.layers.get(layer.value.kind as string)!;
  const inputs = new Map(raw.map((l, i) => [l.id, inputsOf(raw, i, catalogue)]));
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
    findings.error('inputs', path, message, {
      fixes: () => (count > 0 && max === 0 ? [removeFix(path)] : []),
    });
  }
  if (!good) return undefined;
  const order = topologicalOrder(raw, inputs, findings);
  const output = order && findOutput(raw, inputs, findings);
  if (!order || !output) return undefined;

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
      findings.error('shape', ['layers', layer.index], `Layer "${id}": ${error.message}`, {
        fixes: () => shapeFixes(layer, spec, own, inputShapes, scope),
      });
    }
  }
  return layers.length === raw.length ? { layers, output } : undefined;
}

import { trainingParameters } from './sections';
import { checkParameters, list, showShape } from './parameters';
import type { Catalogue, KindSpec, LayerSpec, ParameterSpec, Parameters } from './spec';

/** The tables of docs/netjson.md, by section: Markdown made from the catalogue. */
export function referenceTables(catalogue: Catalogue): Record<string, string> {
  return {
    layers: [...catalogue.layers.values()].map((l) => `${section(l)}\n\n${exampleOf(l, catalogue)}`).join('\n\n'),
    sources: kinds([...catalogue.sources.values()]),
    training: table(trainingParameters, ''),
    losses: kinds([...catalogue.losses.values()]),
    optimizers: kinds([...catalogue.optimizers.values()]),
    schedules: kinds([...catalogue.schedules.values()]),
    rateSchedules: kinds([...catalogue.rateSchedules.values()]),
    augmentations: kinds([...catalogue.augmentations.values()]),
    metrics: kinds([...catalogue.metrics.values()]),
  };
}

const kinds = (all: readonly KindSpec[]): string => all.map(section).join('\n\n');

const section = (k: KindSpec): string => `#### \`${k.kind}\`\n\n${k.help}\n\n${table(k.parameters, '')}`;

/**
 * What the example makes of its inputs, as the kind's own rules find it.
 * @throws Error where those rules refuse it
 */
function exampleOf(layer: LayerSpec, catalogue: Catalogue): string {
  const { kind, example, exampleInputs } = layer;
  const refuse = (_code: string, _path: unknown, message: string): never => {
    throw new Error(message);
  };
  const scope = { catalogue, findings: { error: refuse, warning: refuse } };
  const params = checkParameters(example, layer.parameters, [], `The example of "${kind}"`, scope)!;
  const text = JSON.stringify({ kind, ...example })
    .replace(/^{/, '{ ')
    .replace(/}$/, ' }')
    .replaceAll(/([,:])(?=["{[\d])/g, '$1 ');
  const shape = showShape(layer.shape(params, exampleInputs));
  const reads = exampleInputs.map((s) => `\`${showShape(s)}\``);
  return reads.length === 0
    ? `Example: \`${text}\` gives \`${shape}\`.`
    : `Example: \`${text}\` reads ${list(reads)} and gives \`${shape}\`.`;
}

function table(parameters: Parameters, prefix: string): string {
  const lines = rows(parameters, prefix);
  if (lines.length === 0) return 'No parameters.';
  return ['| parameter | takes | default | meaning |', '| --- | --- | --- | --- |', ...lines].join('\n');
}

function rows(parameters: Parameters, prefix: string): string[] {
  return Object.entries(parameters).flatMap(([name, spec]) => {
    const own = `| \`${prefix}${name}\` | ${takes(spec)} | ${defaultOf(spec)} | ${escape(spec.help)} |`;
    return spec.type === 'group' ? [own, ...rows(spec.parameters, `${prefix}${name}.`)] : [own];
  });
}

const defaultOf = (spec: ParameterSpec): string =>
  spec.default !== undefined
    ? `\`${JSON.stringify(spec.default)}\``
    : spec.optional || spec.type === 'group'
      ? '(none)'
      : '**required**';

/** What a parameter may be, in a few words of Markdown. */
export function takes(spec: ParameterSpec): string {
  switch (spec.type) {
    case 'number':
    case 'integer': {
      const bounds = [
        spec.min === undefined ? '' : `≥ ${spec.min}`,
        spec.above === undefined ? '' : `> ${spec.above}`,
        spec.max === undefined ? '' : `≤ ${spec.max}`,
        spec.below === undefined ? '' : `< ${spec.below}`,
      ].filter(Boolean);
      return [spec.type === 'integer' ? 'whole number' : 'number', ...bounds]
        .join(' ')
        .replace(/(\d) ([≤<])/, '$1, $2')
        .concat(spec.schedulable ? ', or a schedule over epochs' : '');
    }
    case 'choice':
      return spec.options.map((o) => `\`"${o.value}"\``).join(', ');
    case 'boolean':
      return '`true`, `false`';
    case 'text':
      return 'text';
    case 'path':
      return 'path of a file, relative to the model';
    case 'column':
      return 'name of a column';
    case 'textList':
      return 'list of texts';
    case 'shape':
      return spec.single
        ? `whole number ≥ 1, or a list of ${spec.rank?.max ?? 'them'}`
        : `list of whole numbers ≥ 1${spec.open ? ' and `null`' : ''}`;
    case 'reference':
      return `one of the ${spec.registry}: a name, or an object with a \`kind\``;
    case 'numberList':
      return ['list of numbers', spec.min === undefined ? '' : `≥ ${spec.min}`].filter(Boolean).join(' ');
    case 'referenceList':
      return `list of ${spec.registry}: names, or objects with a \`kind\``;
    case 'group':
      return 'object';
  }
}

/** A parameter's help, what it may be, and what it is where it is left out: Markdown for whoever points at its name. */
export function explain(spec: ParameterSpec): string {
  const { default: own } = spec;
  const given =
    own !== undefined
      ? `Default: \`${JSON.stringify(own)}\`.`
      : spec.optional || spec.type === 'group'
        ? 'May be left out.'
        : 'Required.';
  const words = takes(spec);
  return `${spec.help}\n\n${words[0].toUpperCase()}${words.slice(1)}. ${given}`;
}

const escape = (text: string): string => text.replaceAll('|', '\\|');

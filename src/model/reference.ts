import { trainingParameters } from './sections';
import type { Catalogue, KindSpec, ParameterSpec, Parameters } from './spec';

/** The tables of docs/netjson.md, by section: Markdown made from the catalogue. */
export function referenceTables(catalogue: Catalogue): Record<string, string> {
  return {
    layers: kinds([...catalogue.layers.values()]),
    sources: kinds([...catalogue.sources.values()]),
    training: table(trainingParameters, ''),
    losses: kinds([...catalogue.losses.values()]),
    optimizers: kinds([...catalogue.optimizers.values()]),
  };
}

const kinds = (all: readonly KindSpec[]): string =>
  all.map((k) => `#### \`${k.kind}\`\n\n${k.help}\n\n${table(k.parameters, '')}`.trimEnd()).join('\n\n');

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

function takes(spec: ParameterSpec): string {
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
        .replace(/(\d) ([≤<])/, '$1, $2');
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
      return 'list of whole numbers ≥ 1';
    case 'reference':
      return `one of the ${spec.registry}: a name, or an object with a \`kind\``;
    case 'group':
      return 'object';
  }
}

const escape = (text: string): string => text.replaceAll('|', '\\|');

import type { Json, JsonObject } from './json';
import { explain } from './reference';
import { trainingParameters } from './sections';
import type { Catalogue, KindSpec, ParameterSpec, Parameters } from './spec';
import { plainTemplates } from './templates';

type Schema = { [key: string]: unknown };

/**
 * JSON schema (draft 7) of `.netjson`, generated from the catalogue: it completes and explains in the text editor.
 * Bounds are checked by the language itself, with better words; here they serve hovers and completion. What depends on
 * the rest of the file, such as the layers that may be read, is completed by src/model/language.
 */
export function jsonSchema(catalogue: Catalogue): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Dropout Studio network (.netjson)',
    type: 'object',
    required: ['version', 'layers'],
    additionalProperties: false,
    defaultSnippets: plainTemplates.map((t) => ({ label: t.title, description: t.help, bodyText: t.text.trimEnd() })),
    properties: {
      $schema: { type: 'string' },
      version: { const: 1, description: 'Version of the file format.' },
      name: { type: 'string', description: 'How views and runs call the network.' },
      data: { description: 'What to learn from.', ...tagged('source', [...catalogue.sources.values()], catalogue, {}) },
      layers: {
        type: 'array',
        description: 'The layers. Each reads the one before it unless it says "inputs".',
        items: tagged('kind', [...catalogue.layers.values()], catalogue, {
          id: {
            type: 'string',
            pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]*$',
            description: 'A name of its own, such as "hidden1".',
          },
          inputs: {
            type: 'array',
            items: { type: 'string' },
            description: 'Ids of the layers it reads. Left out: the layer before it.',
          },
        }),
      },
      training: {
        description: 'How to learn.',
        defaultSnippets: trainingSnippets(catalogue),
        ...object(trainingParameters, catalogue),
      },
    },
  };
}

/** One for each loss, with the usual optimizer. */
const trainingSnippets = ({ losses }: Catalogue): Schema[] =>
  [...losses.values()].map(({ kind, title, help }) => ({
    label: title,
    description: help,
    body: { loss: kind, optimizer: 'adam', batchSize: 32, epochs: 100 },
  }));

/** An object whose `tag` says which of the kinds it is: each brings its own parameters. */
function tagged(tag: string, kinds: readonly KindSpec[], catalogue: Catalogue, common: Schema): Schema {
  return {
    type: 'object',
    required: [...Object.keys(common).filter((k) => k === 'id'), tag],
    properties: {
      ...common,
      [tag]: {
        enum: kinds.map((k) => k.kind),
        enumDescriptions: kinds.map((k) => k.help),
        description: `One of: ${kinds.map((k) => k.kind).join(', ')}.`,
      },
    },
    allOf: kinds.map((k) => ({
      if: { properties: { [tag]: { const: k.kind } }, required: [tag] },
      then: object(k.parameters, catalogue, { ...common, [tag]: { description: k.help } }, k.example),
    })),
    defaultSnippets: kinds.map((k) => ({
      label: k.title,
      description: k.help,
      body: { ...('id' in common ? { id: `\${1:${k.kind}1}` } : {}), [tag]: k.kind, ...k.example },
    })),
  };
}

function object(parameters: Parameters, catalogue: Catalogue, common: Schema = {}, example: JsonObject = {}): Schema {
  const required = Object.entries(parameters).filter(
    ([, p]) => p.default === undefined && !p.optional && p.type !== 'group',
  );
  return {
    type: 'object',
    ...(required.length ? { required: required.map(([name]) => name) } : {}),
    additionalProperties: false,
    properties: {
      ...common,
      ...Object.fromEntries(
        Object.entries(parameters).map(([name, p]) => [name, property(p, catalogue, example[name])]),
      ),
    },
  };
}

/** @param example what completion puts where there is no default */
function property(spec: ParameterSpec, catalogue: Catalogue, example: Json | undefined): Schema {
  const snippet = spec.default === undefined && example !== undefined;
  return {
    title: spec.title,
    description: spec.help,
    markdownDescription: explain(spec),
    ...(spec.default === undefined ? {} : { default: spec.default }),
    ...(snippet ? { defaultSnippets: [{ body: example }] } : {}),
    ...typeOf(spec, catalogue),
  };
}

function typeOf(spec: ParameterSpec, catalogue: Catalogue): Schema {
  switch (spec.type) {
    case 'number':
    case 'integer': {
      const number = {
        type: spec.type,
        ...(spec.min === undefined ? {} : { minimum: spec.min }),
        ...(spec.max === undefined ? {} : { maximum: spec.max }),
        ...(spec.above === undefined ? {} : { exclusiveMinimum: spec.above }),
        ...(spec.below === undefined ? {} : { exclusiveMaximum: spec.below }),
      };
      if (!spec.schedulable) return number;
      return { anyOf: [number, tagged('schedule', [...catalogue.rateSchedules.values()], catalogue, {})] };
    }
    case 'choice':
      return { enum: spec.options.map((o) => o.value), enumDescriptions: spec.options.map((o) => o.help) };
    case 'boolean':
      return { type: 'boolean' };
    case 'text':
    case 'path':
    case 'column':
      return { type: 'string', minLength: 1 };
    case 'textList': {
      const text = { type: 'string', minLength: 1 };
      if (spec.single) return { anyOf: [text, { type: 'array', items: text, minItems: 1 }] };
      return { type: 'array', items: { type: 'string' } };
    }
    case 'shape': {
      const dimensions = {
        type: 'array',
        items: { type: spec.open ? ['integer', 'null'] : 'integer', minimum: 1 },
        minItems: spec.rank?.min ?? 1,
        ...(spec.rank ? { maxItems: spec.rank.max } : {}),
      };
      return spec.single ? { anyOf: [{ type: 'integer', minimum: 1 }, dimensions] } : dimensions;
    }
    case 'reference': {
      const kinds = [...catalogue[spec.registry].values()];
      return {
        anyOf: [
          { enum: kinds.map((k) => k.kind), enumDescriptions: kinds.map((k) => k.help) },
          tagged('kind', kinds, catalogue, {}),
        ],
      };
    }
    case 'numberList':
      return {
        type: 'array',
        items: {
          type: 'number',
          ...(spec.min === undefined ? {} : { minimum: spec.min }),
          ...(spec.max === undefined ? {} : { maximum: spec.max }),
        },
      };
    case 'referenceList':
      return { type: 'array', items: typeOf({ ...spec, type: 'reference' }, catalogue) };
    case 'group':
      return object(spec.parameters, catalogue);
  }
}

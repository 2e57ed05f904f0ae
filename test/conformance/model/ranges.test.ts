import assert from 'node:assert/strict';
import { catalogue } from '../../../src/catalogue';
import type { Json, JsonObject, JsonPath } from '../../../src/model/json';
import { type Findings, checkParameters } from '../../../src/model/parameters';
import { trainingParameters } from '../../../src/model/sections';
import type { NumberSpec, Parameters } from '../../../src/model/spec';

interface Found {
  readonly code: string;
  readonly path: JsonPath;
}

/** What is found at one path when an object is checked against its parameters. */
function findingsAt(value: JsonObject, parameters: Parameters, path: JsonPath): Found[] {
  const found: Found[] = [];
  const findings: Findings = {
    error: (code, at) => found.push({ code, path: at }),
    warning: () => undefined,
  };
  checkParameters(value, parameters, [], 'It', { catalogue, findings });
  return found.filter((f) => JSON.stringify(f.path) === JSON.stringify(path));
}

/** Every number among some parameters, with the way to it. */
function numbersOf(parameters: Parameters, path: string[] = []): { path: string[]; spec: NumberSpec }[] {
  return Object.entries(parameters).flatMap(([name, spec]) => {
    if (spec.type === 'number' || spec.type === 'integer') return [{ path: [...path, name], spec }];
    return spec.type === 'group' ? numbersOf(spec.parameters, [...path, name]) : [];
  });
}

const nested = (path: readonly string[], value: Json): JsonObject =>
  path.reduceRight<Json>((inner, key) => ({ [key]: inner }), value) as JsonObject;

/** The nearest value on the wrong side of a bound. */
const beyond = (bound: number, by: -1 | 1, whole: boolean): number =>
  whole ? bound + by : bound + by * Math.max(1e-9, Math.abs(bound) * 1e-9);

const owners: [string, Parameters][] = [
  ['the training section', trainingParameters],
  ...(['layers', 'losses', 'optimizers', 'schedules', 'metrics', 'augmentations', 'sources'] as const).flatMap(
    (registry) =>
      [...catalogue[registry].values()].map((k): [string, Parameters] => [`${k.kind} (${registry})`, k.parameters]),
  ),
];

describe('A number out of its range is refused at its place', () => {
  for (const [owner, parameters] of owners) {
    const numbers = numbersOf(parameters);
    if (numbers.length === 0) continue;
    it(owner, () => {
      for (const { path, spec } of numbers) {
        const codes = (value: Json): string[] => findingsAt(nested(path, value), parameters, path).map((f) => f.code);
        const name = path.join('.');
        const whole = spec.type === 'integer';
        const { min, max, above, below } = spec;
        for (const wrong of ['1', true, []] as Json[])
          assert.deepEqual(codes(wrong), ['type'], `${name}: ${JSON.stringify(wrong)}`);
        if (whole) assert.deepEqual(codes((min ?? 0) + 0.5), ['type'], `${name}: a half`);
        if (min !== undefined) {
          assert.deepEqual(codes(beyond(min, -1, whole)), ['range'], `${name} below ${min}`);
          assert.deepEqual(codes(min), [], `${name} at ${min}`);
        }
        if (max !== undefined && max < Number.MAX_SAFE_INTEGER) {
          assert.deepEqual(codes(beyond(max, 1, whole)), ['range'], `${name} above ${max}`);
          assert.deepEqual(codes(max), [], `${name} at ${max}`);
        }
        if (above !== undefined) assert.deepEqual(codes(above), ['range'], `${name} at ${above}`);
        if (below !== undefined) assert.deepEqual(codes(below), ['range'], `${name} at ${below}`);
      }
    });
  }
});

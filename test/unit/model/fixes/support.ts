import assert from 'node:assert/strict';
import { catalogue } from '../../../../src/catalogue';
import { analyze } from '../../../../src/model/analyze';
import type { Diagnostic } from '../../../../src/model/diagnostics';
import { EditRefused, planEdit } from '../../../../src/model/edit';
import type { Fix } from '../../../../src/model/fixes';

export const input = '{ "id": "input", "kind": "input", "shape": [2] }';
export const output = '{ "id": "output", "kind": "dense", "units": 2, "activation": "softmax" }';
export const training = '"training": { "loss": "crossentropy" }';
export const model = (layers: readonly string[], more: readonly string[] = []): string =>
  [
    '{',
    '  // A network.',
    ['  "version": 1', `  "layers": [\n    ${layers.join(',\n    ')}\n  ]`, ...more.map((m) => `  ${m}`)].join(
      ', // kept\n',
    ),
    '}\n',
  ].join('\n');
/** One hidden layer, and another layer behind it. */
export const withLayer = (layer: string): string =>
  model([input, '{ "id": "hidden", "kind": "dense", "units": 8, "activation": "relu" }', layer, output], [training]);

export function carryOut(text: string, { operation }: Fix): string | undefined {
  try {
    const change = planEdit(text, operation, catalogue);
    return change && text.slice(0, change.offset) + change.text + text.slice(change.offset + change.length);
  } catch (error) {
    if (error instanceof EditRefused) return undefined;
    throw error;
  }
}
export const fixesOf = (diagnostics: readonly Diagnostic[], code: string): readonly Fix[] =>
  diagnostics.find((d) => d.code === code)?.fixes ?? [];

export interface Case {
  readonly name: string;
  readonly text: string;
  readonly code: string;
  readonly titles: readonly string[];
  /** What the first one makes: a replacement in the text, all else as it was. */
  readonly from: string;
  readonly to: string;
}

/** The tests of fixes, one for each case and some for all of them. */
export function mending(cases: readonly Case[]): void {
  for (const { name, text, code, titles, from, to } of cases) {
    it(`mend ${name}, and leave all else byte for byte`, () => {
      const fixes = fixesOf(analyze(text, catalogue).diagnostics, code);
      const offered = fixes.map((f) => f.title);
      assert.deepEqual([...offered].sort(), [...titles].sort());
      assert.ok(text.includes(from), text);
      assert.equal(
        carryOut(
          text,
          fixes.find((f) => f.title === titles[0])!,
        ),
        text.replace(from, to),
      );
    });
  }

  it('mend what they are offered for: none of them leaves its own finding', () => {
    for (const { text, code } of cases) {
      const at = analyze(text, catalogue).diagnostics.find((d) => d.code === code)!;
      for (const fix of at.fixes!) {
        const after = analyze(carryOut(text, fix)!, catalogue).diagnostics;
        assert.ok(!after.some((d) => d.code === code && d.message === at.message), `${fix.title}: ${at.message}`);
      }
    }
  });

  it('travel as plain data', () => {
    for (const { text } of cases) {
      const fixes = analyze(text, catalogue).diagnostics.flatMap((d) => d.fixes ?? []);
      assert.deepEqual(structuredClone(fixes), fixes);
    }
  });
}

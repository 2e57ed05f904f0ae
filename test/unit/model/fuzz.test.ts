import assert from 'node:assert/strict';
import fc from 'fast-check';
import { catalogue } from '../../../src/catalogue';
import { analyze } from '../../../src/model/analyze';
import { closest } from '../../../src/model/suggest';
import { templates } from '../../../src/model/templates';
import { difference } from '../../../src/model/textEdits';

const text = templates[0].text;

function soundly(source: string): void {
  const analysis = analyze(source, catalogue);
  const { model, diagnostics } = analysis;
  assert.equal(
    model === undefined,
    diagnostics.some((d) => d.severity === 'error'),
  );
  for (const { offset, length, message, code } of [
    ...diagnostics,
    { ...analysis.locate(['layers', 3]), message: 'x', code: 'x' },
  ]) {
    assert.ok(
      offset >= 0 && length >= 0 && offset + length <= source.length,
      `${code} marks ${offset}+${length} of ${source.length}`,
    );
    assert.ok(message && code && !/undefined|\[object|NaN/.test(message), message);
  }
}

describe('analyze, given anything', () => {
  it('never throws for random JSON, and always has a model or an error', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => soundly(JSON.stringify(value, null, 1))),
      { numRuns: 300 },
    );
  });

  it('never throws for a model with any one value replaced by another', () => {
    const base = JSON.parse(text.replaceAll(/\/\/.*/g, '')) as Record<string, unknown>;
    const paths: (string | number)[][] = [];
    const walk = (value: unknown, path: (string | number)[]): void => {
      paths.push(path);
      if (Array.isArray(value)) value.forEach((v, i) => walk(v, [...path, i]));
      else if (typeof value === 'object' && value) for (const [k, v] of Object.entries(value)) walk(v, [...path, k]);
    };
    walk(base, []);
    const replacement = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(-1, 0, 1e9, 1.5, '', 'relu', [], {}));
    fc.assert(
      fc.property(fc.constantFrom(...paths.slice(1)), replacement, (path, value) => {
        const copy = structuredClone(base) as never;
        const parent = path.slice(0, -1).reduce((o: Record<string | number, never>, k) => o[k], copy) as Record<
          string | number,
          unknown
        >;
        parent[path[path.length - 1]] = value;
        soundly(JSON.stringify(copy, null, 2));
      }),
      { numRuns: 500 },
    );
  });

  it('never throws for text with random characters put in, taken out or replaced', () => {
    const edit = fc.record({ at: fc.nat(text.length), remove: fc.nat(12), put: fc.string({ maxLength: 4 }) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        soundly(edits.reduce((t, { at, remove, put }) => t.slice(0, at) + put + t.slice(at + remove), text));
      }),
      { numRuns: 500 },
    );
  });
});

describe('difference', () => {
  it('is one replacement that turns a text into another', () => {
    const short = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 12 });
    fc.assert(
      fc.property(short, short, (before, after) => {
        const { offset, length, text: put } = difference(before, after);
        assert.equal(before.slice(0, offset) + put + before.slice(offset + length), after);
      }),
    );
  });
});

describe('closest', () => {
  it('finds the word that was meant, and none where none is near', () => {
    const kinds = ['input', 'dense', 'dropout', 'activation'];
    assert.equal(closest('dens', kinds), 'dense');
    assert.equal(closest('Dropuot', kinds), 'dropout');
    assert.equal(closest('activaton', kinds), 'activation');
    assert.equal(closest('lstm', kinds), undefined);
    assert.equal(closest('', kinds), undefined);
  });
});

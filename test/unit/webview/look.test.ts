import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Answer } from '../../../src/protocol/training';
import { contour, mix, rgbOf, sureness } from '../../../webview/look/colour';
import { besideTwin, findings } from '../../../webview/look/findings';
import { ownValue, valueAndRead } from '../../../webview/look/units';
import * as words from '../../../webview/words';

type Layer = Answer<'inside'>['layers'][number];
const bins = { low: 0, high: 1, counts: [1], nonFinite: 0 };

const layer = (id: string, size: number, dead: readonly number[] = []): Layer => ({
  id,
  units: 20,
  activation: 'relu',
  tensors: [{ name: 'kernel', values: bins, norm: 1, gradientNorm: size, gradientSize: size, gradients: bins }],
  activations: { chosen: 20, values: bins, means: bins, mean: 0, zero: 0, dead },
});

describe('What stands out inside', () => {
  it('is nothing where all is well', () =>
    assert.deepEqual(findings([layer('a', 1), layer('b', 900)]), [
      'No dead units; gradients are of like size in all layers.',
    ]));

  it('are dead units, by number', () => {
    assert.match(findings([layer('a', 1, [3])])[0], /^1 of 20 units of a is dead: .*\(unit 4\)\.$/);
    const many = findings([
      layer(
        'a',
        1,
        Array.from({ length: 12 }, (_, i) => i),
      ),
    ])[0];
    assert.match(many, /^12 of 20 units of a are dead: .*\(unit 1, 2, 3, 4, 5, 6, 7, 8 and 4 more\)\.$/);
  });

  it('are gradients that vanish, explode, or are none', () => {
    assert.match(findings([layer('a', 1e-4), layer('b', 1)])[0], /of b are 10,000 times those of a: they vanish/);
    assert.match(findings([layer('a', 1), layer('b', 1e-4)])[0], /of a are 10,000 times those of b: they explode/);
    assert.match(findings([layer('a', 0), layer('b', 1)])[0], /No gradient reaches a/);
    assert.match(findings([layer('a', NaN), layer('b', 1)])[0], /of a are not finite/);
  });
});

describe('What dropout did inside', () => {
  const of = (zero: number, r?: number) =>
    ({
      id: 'h',
      activations: { zero, ...(r !== undefined && { coadaptation: { mean: r } }) },
    }) as unknown as Parameters<typeof besideTwin>[0][number]['layer'];
  it('says how sparse a layer is with it and without, and how its units depend on each other', () => {
    assert.deepEqual(
      besideTwin([
        { layer: of(0.62, 0.118), other: of(0.41, 0.19) },
        { layer: of(0.5, 0.3), other: of(0.5, 0.2) },
        { layer: of(0.5, 0.301), other: of(0.5, 0.3) },
        { layer: of(0.5), other: of(0.4) },
      ]),
      [
        'h: 62 % of activations are 0 with dropout, 41 % without; its units correlate less: mean |r| 0.12, without 0.19.',
        'h: 50 % of activations are 0 with dropout, 50 % without; its units correlate more: mean |r| 0.30, without 0.20.',
        'h: 50 % of activations are 0 with dropout, 50 % without; its units correlate as much: mean |r| 0.30, without 0.30.',
        'h: 50 % of activations are 0 with dropout, 40 % without.',
      ],
    );
  });
});

describe('Colours of pictures', () => {
  it('are read as browsers write them, and mixed', () => {
    assert.deepEqual(rgbOf('rgb(1, 20, 255)'), [1, 20, 255]);
    assert.deepEqual(rgbOf('rgba(1, 20, 255, 0.5)'), [1, 20, 255]);
    assert.deepEqual(rgbOf('color(srgb 0 0.2 1)'), [0, 51, 255]);
    assert.deepEqual(mix([0, 0, 0], [200, 100, 50], 0.5), [100, 50, 25]);
  });

  it('tell the likeliest class and how far it is from a guess', () => {
    assert.deepEqual(sureness([0.5, 0.5], 0, 2), { best: 0, sure: 0 });
    assert.deepEqual(sureness([9, 0, 0, 1], 1, 3), { best: 2, sure: 1 });
  });
});

describe('A contour', () => {
  it('of a plane lies where the plane has the level', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -2, max: 2, noNaN: true }),
        fc.double({ min: -2, max: 2, noNaN: true }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        (a, b, level) => {
          const side = 7;
          const height = (x: number, y: number): number => a * x + b * y;
          const lines = contour(side, (p) => height(p % side, Math.floor(p / side)), level);
          for (const [x, y, u, v] of lines) {
            assert.ok(Math.abs(height(x, y) - level) < 1e-6);
            assert.ok(Math.abs(height(u, v) - level) < 1e-6);
          }
          const values = Array.from({ length: side * side }, (_, p) => height(p % side, Math.floor(p / side)) > level);
          assert.equal(lines.length > 0, values.includes(true) && values.includes(false));
        },
      ),
    );
  });
});

describe('Numbers at an axis', () => {
  it('have three digits that count', () =>
    assert.deepEqual([0, 0.12345, -1234.5, 0.00012, 250_000].map(words.axis), [
      '0',
      '0.123',
      '\u22121,235',
      '1e\u22124',
      '3e5',
    ]));
});

describe('Inputs in words', () => {
  it('are those of the data, and what the network reads where they were scaled', () => {
    assert.equal(valueAndRead(0.0134, undefined), '0.0134');
    assert.deepEqual(words.ends(-0.356, 0.348, 12), ['\u22120.356', '0.348']);
    assert.deepEqual(words.ends(-0.0582, 0.0907, 12), ['\u22120.058', '0.091']);
    assert.deepEqual(words.ends(-0.00576, 0.00692, 12), ['\u22120.006', '0.007']);
    assert.deepEqual(words.ends(-144, 106, 12), ['\u2212144', '106']);
    const scale = { scale: 352, offset: 655 };
    assert.equal(ownValue(0.982955, scale), '1,001');
    assert.equal(valueAndRead(0.982955, scale), '1,001, read as 0.98');
    assert.equal(ownValue(0, { scale: 1, offset: Math.log1p(20), log: true }), '20');
  });
});

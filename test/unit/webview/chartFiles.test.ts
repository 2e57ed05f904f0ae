import assert from 'node:assert/strict';
import { paintOf } from '../../../src/charts/colour';
import { csvOf } from '../../../webview/charts/export/csv';
import { svgOf, type ChartPicture, type PictureColours } from '../../../src/charts/svg';
import { gainAreas } from '../../../src/charts/gain';
import { logTicks } from '../../../src/charts/scale';
import * as words from '../../../webview/words';

const colours: PictureColours = {
  bg: 'rgb(255, 255, 255)',
  fg: 'rgb(0, 0, 0)',
  dim: 'rgb(90, 90, 90)',
  axis: 'rgba(0, 0, 0, 0.5)',
  grid: 'color(srgb 0.5 0.5 0.5 / 0.25)',
  val: 'rgb(200, 160, 0)',
  off: 'rgb(0, 0, 255)',
  on: 'rgb(128, 0, 128)',
  ok: 'rgb(0, 128, 0)',
  drop: 'rgb(255, 0, 0)',
};

/** An epoch a quarter of the width, a loss of 0.1 a tenth of the height. */
const chart: ChartPicture = {
  title: 'Loss of "a<b"',
  epochs: [1, 2, 3, 4, 5],
  span: [1, 5],
  range: [0, 1],
  rows: [
    {
      line: { name: 'valid.', colour: 'val', style: 'solid', values: [1, 0.5, NaN, 0.25, 0.5] },
      values: [1, 0.5, NaN, 0.25, 0.5],
      name: 'Validation loss',
      better: 'lower',
    },
    {
      line: {
        name: 'on',
        colour: 'on',
        style: 'dotted',
        values: [1, 0.9, 0.8, 0.7, 0.6],
        band: { min: [0.9, 0.8, 0.7, 0.6, 0.5], max: [1, 1, 0.9, 0.8, 0.7] },
      },
      values: [1, 0.9, 0.8, 0.7, 0.6],
      name: 'Training loss, dropout on',
      better: 'lower',
    },
  ],
  order: ['on', 'valid.'],
  marks: [
    { epoch: 4, text: 'best 4', type: 'best', value: 0.25 },
    { epoch: 2, text: 'drop1 \u2192 0.5', type: 'change' },
  ],
  format: words.loss,
  axis: (v) => String(v),
};

/** Points of a path's lines, as numbers. */
const points = (d: string): number[][] =>
  [...d.matchAll(/[ML](\S+?) ([\d.]+)/g)].map((m) => [Number(m[1]), Number(m[2])]);

describe('a chart as a file', () => {
  it('is an SVG whose lines stand where the numbers say, broken where nothing was measured', () => {
    const svg = svgOf(chart, colours);
    const line = /data-line="valid\." d="([^"]+)"/.exec(svg)?.[1] ?? '';
    const [left, top, width, height] = (/<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"/.exec(svg) ?? [])
      .slice(1)
      .map(Number);
    assert.deepEqual(points(line), [
      [left, top],
      [left + width / 4, top + height / 2],
      [left + (width * 3) / 4, top + height * 0.75],
      [left + width, top + height / 2],
    ]);
    assert.equal(line.split('M').length - 1, 2);
  });

  it('has what the screen has: title, axes, legend with last and best, marks, names at the ends', () => {
    const svg = svgOf(chart, colours);
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((m) => m[1]);
    for (const text of [
      'Loss of &quot;a&lt;b&quot;',
      'epoch',
      'best 4',
      'drop1 \u2192 0.5',
      'Validation loss',
      'Training loss, dropout on',
      '0.500',
      '0.250',
      'valid.',
      '0.2',
      '1',
      '5',
    ])
      assert.ok(texts.includes(text), `${text} is not among ${texts.join(' | ')}`);
    // The later one lies on top.
    assert.ok(svg.indexOf('data-line="on"') < svg.indexOf('data-line="valid."'));
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
  });

  it('shows what is zoomed to, on a logarithmic axis too', () => {
    const svg = svgOf({ ...chart, span: [3.5, 4.5], log: true, range: [0.1, 1] }, colours);
    const line = points(/data-line="on" d="([^"]+)"/.exec(svg)?.[1] ?? '');
    assert.equal(line.length, 3);
    const [, top, , height] = (/<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"/.exec(svg) ?? [])
      .slice(1)
      .map(Number);
    assert.ok(Math.abs(line[1][1] - (top - height * Math.log10(0.7))) < 0.01);
    assert.doesNotMatch(svg, /drop1/);
  });

  it('is a table of the whole run with numbers that read back the same', () => {
    const third = 1 / 3;
    const text = csvOf(
      [1, 2, 3],
      [
        { name: 'Validation loss', values: [third, NaN, Infinity] },
        { name: 'Training loss, "on"', values: [1e-30, -0.5] },
      ],
    );
    assert.equal(
      text,
      `epoch,Validation loss,"Training loss, ""on"""\r\n1,${third},1e-30\r\n2,,-0.5\r\n3,Infinity,\r\n`,
    );
    assert.equal(Number(text.split('\r\n')[1].split(',')[1]), third);
  });

  it('has colours that every reader of SVG knows', () => {
    assert.equal(paintOf('rgb(255, 0, 128)', 'fill'), 'fill="#ff0080"');
    assert.equal(paintOf('rgba(0, 0, 0, 0.5)', 'stroke', 0.5), 'stroke="#000000" stroke-opacity="0.25"');
    assert.equal(paintOf('color(srgb 1 0.5 0 / 0.25)', 'fill'), 'fill="#ff8000" fill-opacity="0.25"');
  });
});

describe('what a line is better by', () => {
  it('begins and ends where the lines cross', () => {
    const same = (v: number): number => v;
    const lines = { epochs: [0, 1, 2, 3], worse: [0, 2, 0, 0], better: [1, 1, 1, NaN] };
    const areas = gainAreas(lines, { first: 0, end: 4, step: 1, log: false }, same, same);
    assert.deepEqual(areas, [
      [
        [0.5, 1],
        [1, 1],
        [1, 2],
      ],
      [
        [1, 2],
        [1, 1],
        [1.5, 1],
      ],
    ]);
  });
});

describe('ticks of a logarithmic axis', () => {
  it('are powers of ten, with steps between few of them', () => {
    assert.deepEqual(logTicks([0.001, 1000]), [0.001, 0.01, 0.1, 1, 10, 100, 1000]);
    assert.deepEqual(logTicks([0.1, 1]), [0.1, 0.2, 0.5, 1]);
    assert.deepEqual(logTicks([0.15, 0.6]), [0.2, 0.5]);
  });
});

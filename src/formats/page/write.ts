import type { StoredColumns, StoredNumber } from '../../engine/preparation';
import { layerOf } from '../../model/model';
import type { ExportRequest, ExportResult } from '../exchange/request';
import { targetOf, type TrainedModel, weightOf } from '../exchange/trained';
import { summaryOf } from '../card/summary';
import { type FieldRange, type PageData, type PageProgram, places } from './content';
import { escaped, htmlOf } from './html';

/**
 * Writes a network as one HTML file that runs it: the engine, the weights and a form for its inputs, which need no server,
 * no network and no other file. Its policy allows the very script and style that stand in it, and nothing else.
 * @throws FormatError where a weight is missing
 */
export function writePage(request: ExportRequest, program: PageProgram): ExportResult {
  const { trained } = request;
  const { hashes, script, style } = program;
  const summary = summaryOf(request);
  const policy = [
    `default-src 'none'`,
    `script-src 'sha256-${hashes.script}'`,
    `style-src 'sha256-${hashes.style}'`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  const { data, weights } = dataOf(trained, request.history?.seeds.training);
  const page = [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="generator" content="Dropout Studio">',
    `<title>${escaped(summary.title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<header class="head">',
    `<h1>${escaped(summary.title)}</h1>`,
    `<p>${escaped(summary.lead)} It runs in this page: nothing is sent anywhere.</p>`,
    '</header>',
    `<main id="${places.app}"><noscript>This page needs JavaScript to run the network.</noscript></main>`,
    `<section class="about" aria-label="About this network">${htmlOf(summary)}</section>`,
    // Neither is run by a browser: their types are none of a script.
    `<script type="application/json" id="${places.data}">${inScript(JSON.stringify(data))}</script>`,
    `<script type="text/plain" id="${places.weights}">${base64(weights)}</script>`,
    `<script>${script}</script>`,
    '</body>',
    '</html>\n',
  ];
  return { files: new Map([['model.html', page.join('\n')]]), notes: [] };
}

/** Text of a script's element: what could end it is written otherwise, which says the same in JSON. */
const inScript = (json: string): string => json.replaceAll('<', '\\u003c');

function dataOf(trained: TrainedModel, seed: number | undefined): { data: PageData; weights: Float32Array } {
  const { preparation } = trained;
  const { data: source, ...model } = trained.model;
  const names = [...trained.weights.keys()].filter((name) =>
    model.layers.some(({ id }) => id === name.slice(0, name.lastIndexOf('/'))),
  );
  const tensors = names.map((name) => {
    const at = name.lastIndexOf('/');
    const { shape, values } = weightOf(trained, layerOf(trained.model, name.slice(0, at)), name.slice(at + 1));
    return { name, shape, values };
  });
  const weights = new Float32Array(tensors.reduce((sum, { values }) => sum + values.length, 0));
  let at = 0;
  for (const { values } of tensors) {
    weights.set(values, at);
    at += values.length;
  }
  const picture = pictureOf(trained);
  const scale = source?.params.scale as string | undefined;
  return {
    weights,
    data: {
      format: 1,
      model,
      seed: seed ?? model.training?.seed ?? 0,
      target: trained.target ?? targetOf(trained.model),
      ...(preparation && { preparation }),
      ...(picture && { picture, ink: inkOf(trained) }),
      ranges: preparation?.type === 'columns' ? rangesOf(preparation, scale) : {},
      tensors: tensors.map(({ name, shape }) => ({ name, shape })),
    },
  };
}

/** What the input layer calls a picture, or has the shape of one. Columns that are no numbers are none. */
function pictureOf({ model, preparation }: TrainedModel): PageData['picture'] {
  if (preparation?.type === 'columns' && preparation.columns.some((c) => c.type !== 'number' || c.flag))
    return undefined;
  const inputs = model.layers.filter((l) => l.inputs.length === 0);
  for (const { shape, params } of inputs) {
    const [height, width] = (params.image as readonly number[] | undefined) ?? [];
    if (height !== undefined) return [height, width, 1];
    if (shape.length === 3 && (shape[2] === 1 || shape[2] === 3)) return [shape[0], shape[1], shape[2]];
  }
  return undefined;
}

/** A byte's largest value, or the largest that the scaling of the data tells of; 1 where numbers go in as they are read. */
function inkOf({ model, preparation }: TrainedModel): number {
  if (!preparation) return 1;
  const { scale, divisor } = model.data?.params ?? {};
  if (scale === 'divide' && typeof divisor === 'number') return divisor;
  if (preparation.type === 'columns') {
    const numbers = preparation.columns.filter((c): c is StoredNumber => c.type === 'number');
    return Math.max(...numbers.map((column) => rangeOf(column, scale as string | undefined).high)) || 1;
  }
  return 255;
}

const rangesOf = ({ columns }: StoredColumns, scale: string | undefined): Record<string, FieldRange> =>
  Object.fromEntries(
    columns.flatMap((column) => (column.type === 'number' ? [[column.name, rangeOf(column, scale)]] : [])),
  );

/** Deviations, or ranges between the quartiles, that a field reaches to either side. */
const REACH: Readonly<Record<string, number>> = { standardize: 3, log: 3, robust: 2 };

/** Where training had a number, by what its scaling found there. */
function rangeOf({ log, subtract, divide, fill }: StoredNumber, scale = 'none'): FieldRange {
  const back = log ? Math.expm1 : (x: number): number => x;
  const reach = REACH[scale];
  if (reach !== undefined) {
    const [low, high] = [back(subtract - reach * divide), back(subtract + reach * divide)];
    return { start: fill ?? back(subtract), low, high };
  }
  // From the smallest to the largest, or as far as the divisor reaches; of numbers as they are nothing is known.
  const high = scale === 'none' ? subtract : subtract + divide;
  return { start: fill ?? (scale === 'minMax' ? subtract + divide / 2 : 0), low: subtract, high };
}

/** 32-bit floats, little-endian whatever the machine is. */
function base64(values: Float32Array): string {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setFloat32(4 * i, value, true));
  // A multiple of 3, so that the parts join without padding.
  const PART = 3 * 8192;
  let text = '';
  for (let at = 0; at < bytes.length; at += PART) text += btoa(String.fromCharCode(...bytes.subarray(at, at + PART)));
  return text;
}

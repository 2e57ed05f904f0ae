import assert from 'node:assert/strict';
import { catalogue } from '../../../src/catalogue';
import { type DataIo, type LoadedData, loadData } from '../../../src/data/load';
import { analyze } from '../../../src/model/analyze';
import type { DataFile } from '../../../src/data/source';
import { ModelError } from '../../../src/model/diagnostics';
import type { Json, JsonObject } from '../../../src/model/json';
import type { Model } from '../../../src/model/model';

/** A checked model around a data section, as a file would give it: defaults filled in. */
export function modelWith(
  data: JsonObject,
  rest: { inputs?: number; outputs?: number; loss?: string; batchSize?: number } = {},
): Model {
  const { inputs = 2, outputs = 2, loss = 'crossentropy', batchSize = 8 } = rest;
  const text = JSON.stringify({
    version: 1,
    data,
    layers: [
      { id: 'input', kind: 'input', shape: [inputs] },
      { id: 'output', kind: 'dense', units: outputs, activation: loss === 'crossentropy' ? 'softmax' : 'linear' },
    ],
    training: { loss, batchSize },
  } satisfies Json);
  const { model, diagnostics } = analyze(text, catalogue);
  assert.ok(model, diagnostics.map((d) => d.message).join('\n'));
  return model;
}

/** Files in memory; a folder is what their paths begin with. */
export function filesOf(files: Readonly<Record<string, string | Uint8Array>>): DataIo {
  return {
    openFile: async (path) => fileOf(await filesOf(files).readFile(path)),
    listFolder(path) {
      const within = Object.keys(files).filter((f) => f.startsWith(`${path}/`));
      if (within.length === 0)
        return Promise.reject(Object.assign(new Error(`no such folder: ${path}`), { code: 'ENOENT' }));
      const parts = within.map((f) => f.slice(path.length + 1).split('/'));
      const names = [...new Set(parts.map(([name]) => name))].sort();
      return Promise.resolve(
        names.map((name) => ({ name, isFolder: parts.some(([n, ...rest]) => n === name && rest.length > 0) })),
      );
    },
    readFile(path) {
      const content = files[path];
      if (content !== undefined)
        return Promise.resolve(typeof content === 'string' ? new TextEncoder().encode(content) : content);
      return Promise.reject(Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' }));
    },
  };
}

/** Bytes as a file that gives at most `piece` of them at a time. */
export function fileOf(bytes: Uint8Array, piece = Infinity): DataFile {
  let at = 0;
  return {
    size: bytes.length,
    read(into) {
      const some = bytes.subarray(at, at + Math.min(piece, into.length));
      into.set(some);
      at += some.length;
      return Promise.resolve(some.length);
    },
    close: () => Promise.resolve(),
  };
}

export const load = (data: JsonObject): Promise<LoadedData> => loadData(modelWith(data), filesOf({}));

export const loadCsv = (text: string | Uint8Array, data: JsonObject = {}): Promise<LoadedData> =>
  loadData(modelWith({ source: 'csv', path: 'data/t.csv', target: 'y', ...data }), filesOf({ 'data/t.csv': text }));

/** Waits for a ModelError and checks its code, its place, and that its message holds every text given. */
export async function refuses(
  work: Promise<unknown>,
  code: string,
  path: (string | number)[],
  ...texts: string[]
): Promise<void> {
  const error = await work.then(
    () => assert.fail(`expected ModelError ${code}, nothing was thrown`),
    (e: unknown) => e,
  );
  assert.ok(error instanceof ModelError, String(error));
  assert.equal(error.code, code, error.message);
  assert.deepEqual(error.path, path);
  for (const text of texts) assert.ok(error.message.includes(text), `"${error.message}" should hold "${text}"`);
}

/** Class index of each sample. */
export function labelsOf(targets: Float32Array, classes: number): number[] {
  return Array.from({ length: targets.length / classes }, (_, i) =>
    targets.subarray(i * classes, (i + 1) * classes).indexOf(1),
  );
}

/** A table of `n` rows. */
export const rows = (n: number, make: (i: number) => string, header = 'a,b,y'): string =>
  [header, ...Array.from({ length: n }, (_, i) => make(i))].join('\n');

import type { Parameters } from '../../model/spec';
import { nameOf, openFrom } from '../files';
import { findKeys, readJsonLines } from '../jsonLines';
import { defineSource } from '../source';
import { filesOf, loadTable } from '../tableFiles';
import { checkTogether, tableParameters } from '../tableParameters';

const parameters = {
  path: { type: 'path', title: 'File', help: 'The file of JSON Lines (.jsonl, .ndjson), relative to this model.' },
  ...tableParameters,
} as const satisfies Parameters;

export const jsonl = defineSource({
  kind: 'jsonl',
  title: 'JSON Lines',
  help: 'A table whose every line is one sample, an object such as {"x": 1.5, "colour": "red"}: keys are columns, in any order. A key that is left out or null is a missing value; true is 1 and false 0.',
  parameters,
  example: { path: 'data/samples.jsonl', target: 'class' },
  async load(params, io) {
    checkTogether(params);
    const columns = new Map<string, number>();
    for (const { path, at } of filesOf(params))
      await openFrom(io, path, at, (file) =>
        findKeys(file, { name: nameOf(path), at }, columns, () =>
          // All is read again for its cells: nothing is done yet.
          io.progress?.({ path, done: 0, total: file.size, unit: 'bytes', rows: 0 }),
        ),
      );
    return loadTable(params, io, ({ file, name, at }, open, progress) =>
      readJsonLines(file, { name, at }, columns, open, progress),
    );
  },
});

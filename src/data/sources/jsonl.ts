import type { Parameters } from '../../model/spec';
import { nameOf, readFrom } from '../files';
import { parseJsonLines } from '../jsonLines';
import { defineSource } from '../source';
import { TableColumns } from '../tableColumns';
import { checkTogether, csvParameters } from './csv';

const parameters = {
  ...without(csvParameters, 'delimiter', 'decimal', 'header'),
  split: { ...csvParameters.split, parameters: without(csvParameters.split.parameters, 'validationPath', 'testPath') },
  path: { type: 'path', title: 'File', help: 'The file of JSON Lines (.jsonl, .ndjson), relative to this model.' },
} as const satisfies Parameters;

export const jsonl = defineSource({
  kind: 'jsonl',
  title: 'JSON Lines',
  help: 'A table whose every line is one sample, an object such as {"x": 1.5, "colour": "red"}: keys are columns, in any order. A key that is left out or null is a missing value; true is 1 and false 0.',
  parameters,
  example: { path: 'data/samples.jsonl', target: 'class' },
  load(params, io) {
    checkTogether(params);
    const { path } = params;
    const name = nameOf(path);
    return readFrom(io, path, 'path', (bytes) => {
      let columns: TableColumns | undefined;
      parseJsonLines(bytes, name, (header) => {
        const own = new TableColumns(header, name, params);
        columns = own;
        return (cells, line) => own.add(cells, line);
      });
      return columns!.table();
    });
  },
});

function without<P extends Parameters, K extends keyof P>(parameters: P, ...names: readonly K[]): Omit<P, K> {
  const left: Partial<P> = { ...parameters };
  for (const name of names) delete left[name];
  return left as Omit<P, K>;
}

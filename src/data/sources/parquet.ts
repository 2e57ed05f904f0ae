import type { Parameters } from '../../model/spec';
import { readWhole } from '../files';
import { parquetRows } from '../parquetTable';
import { defineSource } from '../source';
import { loadTable } from '../tableFiles';
import { tableParameters } from '../tableParameters';

const parameters = {
  path: { type: 'path', title: 'File', help: 'The Parquet file, relative to this model.' },
  ...tableParameters,
} as const satisfies Parameters;

export const parquet = defineSource({
  kind: 'parquet',
  title: 'Parquet file',
  help: 'A table as pandas, Arrow, Spark and DuckDB write it: columns of numbers, texts, truths (1 and 0), dates and decimals. Packed by Snappy or gzip, or not at all.',
  parameters,
  example: { path: 'data/samples.parquet', target: 'class' },
  load: (params, io) =>
    loadTable(params, io, async ({ file, name, at }, open, progress) => {
      const bytes = await readWhole(file, name, at, io.limit);
      for (const { rows, of } of parquetRows(bytes, { name, at, ignore: params.ignore }, open)) {
        progress({ bytes: Math.floor((rows / of) * file.size) });
        // Nothing is left to read. To ask all the same is a breath, in which a cancelled reading ends.
        await file.read(new Uint8Array(1));
      }
    }),
});

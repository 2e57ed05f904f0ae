import type { JsonPath } from '../model/json';
import { nameOf, openFrom } from './files';
import { refuseTooLarge } from './limit';
import type { DataFile, DataIo, Table } from './source';
import { type ColumnParameters, TableColumns } from './tableColumns';
import { type TableParameters, checkTogether, heldOutPaths } from './tableParameters';
import type { RecordReader } from './tableRow';

/** A file of a table: all but the first hold a part of their own. */
interface PartFile {
  readonly path: string;
  /** The parameter that names it. */
  readonly at: JsonPath;
}

/** One that is open. */
export interface TableFile extends PartFile {
  /** How messages call it. */
  readonly name: string;
  readonly file: DataFile;
}

/**
 * Reads one file of a table.
 * @param open gets the names of the columns and returns what takes the records
 * @param progress to be told after each piece how many bytes of the file were read
 */
export type ReadTableFile = (
  file: TableFile,
  open: (header: readonly string[]) => RecordReader,
  progress: (soFar: { readonly bytes: number }) => void,
) => Promise<void>;

/** The files that a table's parameters name: its own, then those of parts. */
export const filesOf = ({ path, split }: TableParameters): PartFile[] => [
  { path, at: ['data', 'path'] },
  ...heldOutPaths.flatMap((key) =>
    split[key] === undefined ? [] : [{ path: split[key] as string, at: ['data', 'split', key] }],
  ),
];

/**
 * Reads a table from all of its files.
 * @param read what reads one of them, as it is written
 * @throws ModelError where parameters contradict each other, a file cannot be read or its samples would be too large, and
 * whatever `read` throws
 */
export async function loadTable(
  params: TableParameters & ColumnParameters,
  io: DataIo,
  read: ReadTableFile,
): Promise<Table> {
  checkTogether(params);
  return openAll(io, filesOf(params), (files) => readAll(params, files, io, read));
}

/** Opens all files before the first is read: how large they are together tells how much memory to set aside. */
async function openAll<T>(
  io: DataIo,
  wanted: readonly PartFile[],
  then: (files: readonly TableFile[]) => Promise<T>,
  opened: readonly TableFile[] = [],
): Promise<T> {
  const [first, ...rest] = wanted;
  if (!first) return then(opened);
  return openFrom(io, first.path, first.at, (file) =>
    openAll(io, rest, then, [...opened, { ...first, file, name: nameOf(first.path) }]),
  );
}

async function readAll(
  params: TableParameters & ColumnParameters,
  files: readonly TableFile[],
  io: DataIo,
  read: ReadTableFile,
): Promise<Table> {
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  const name = nameOf(params.path);
  const ends: number[] = [];
  let columns: TableColumns | undefined;
  let before = 0;
  let bytes = 0;
  const growth = (): number => (bytes > 0 ? total / bytes : 2);
  const refuse = (isEstimate: boolean): void => {
    const { rows, width, outputs } = columns!;
    const sizes = { rows: isEstimate ? Math.round(rows * growth()) : rows, inputs: width, outputs };
    refuseTooLarge(name, sizes, ['data', 'path'], isEstimate, io.limit);
  };
  for (const file of files) {
    await read(
      file,
      (header) => {
        if (columns) columns.begin(file.name, header, file.at);
        else columns = new TableColumns(header, name, params, growth);
        const table = columns;
        return (row, line) => table.add(row, line);
      },
      (soFar) => {
        bytes = before + soFar.bytes;
        if (columns && columns.rows > 0) refuse(bytes < total);
        io.progress?.({ path: params.path, done: bytes, total, unit: 'bytes', rows: columns?.rows ?? 0 });
      },
    );
    before = bytes;
    ends.push(columns!.rows);
  }
  const table = columns!.table();
  if (files.length === 1) return table;
  const rowsOf = (key: (typeof heldOutPaths)[number]): number => {
    const i = files.findIndex(({ at }) => at.at(-1) === key);
    return i < 0 ? 0 : ends[i] - ends[i - 1];
  };
  return { ...table, heldOut: { validation: rowsOf('validationPath'), test: rowsOf('testPath') } };
}

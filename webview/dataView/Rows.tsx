/** The first rows, and the part that each is in. */
import type { TableView, TargetView } from '../../src/model/dataView';
import { useRows } from '../ui/rows';
import * as words from '../words';
import { cell, partName, targetName, targetText } from './format';

interface Props {
  readonly table: TableView;
  readonly target: TargetView;
  /** Rows of the source. */
  readonly total: number;
  readonly onColumn: (name: string) => void;
}

export function Rows({ table: { columns, more, first: shown }, target, total, onColumn }: Props) {
  const count = shown.rows.length;
  const { table, first, last, above, below } = useRows(count);
  const width = columns.length;
  const textOf = (i: number, c: number): string => {
    const value = shown.cells[i * width + c];
    const column = columns[c];
    return column.type === 'category' && !Number.isNaN(value) ? column.names[value] : cell(value);
  };
  return (
    <>
      <table
        className="data-rows"
        data-testid="data-rows"
        ref={table}
        aria-label={`The first ${words.count(count)} of ${words.plural(total, 'row')}`}
        aria-rowcount={total + 1}
      >
        <thead>
          <tr>
            <th scope="col" className="number">
              Row
            </th>
            <th scope="col">Part</th>
            <th scope="col" className={target.type === 'numbers' ? 'number' : ''}>
              {targetName(target)}
            </th>
            {columns.map(({ name, type }) => (
              <th key={name} scope="col" className={type === 'number' ? 'number' : ''}>
                <button type="button" className="row-name" title={`Show column ${name}`} onClick={() => onColumn(name)}>
                  {name}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {above > 0 && <tr className="room" style={{ height: above }} aria-hidden="true" />}
          {Array.from({ length: last - first }, (_, k) => {
            const i = first + k;
            const changed = shown.targets[i] !== shown.trained[i];
            const part = shown.parts[i];
            return (
              <tr
                key={i}
                data-row={shown.rows[i]}
                aria-rowindex={shown.rows[i] + 2}
                className={part > 2 ? 'unused' : ''}
              >
                <th scope="row" className="number">
                  {words.count(shown.rows[i] + 1)}
                </th>
                <td className={`part-${part}`}>{partName(part)}</td>
                <td className={target.type === 'numbers' ? 'number' : ''}>
                  {targetText(shown.trained[i], target)}
                  {changed && (
                    <span className="drawn-anew"> drawn anew, was {targetText(shown.targets[i], target)}</span>
                  )}
                </td>
                {columns.map(({ name, type }, c) => (
                  <td key={name} className={type === 'number' ? 'number' : ''}>
                    {textOf(i, c)}
                  </td>
                ))}
              </tr>
            );
          })}
          {below > 0 && <tr className="room" style={{ height: below }} aria-hidden="true" />}
        </tbody>
      </table>
      {(total > count || more > 0) && (
        <p className="data-note">
          The first {words.count(count)} of {words.plural(total, 'row')}
          {more > 0 && `, and the first ${words.count(width)} of ${words.count(width + more)} columns`}.
        </p>
      )}
    </>
  );
}

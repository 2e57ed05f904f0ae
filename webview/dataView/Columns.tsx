/** Each column: how its values are spread, and what it is used for. */
import { Fragment } from 'react';
import type { CategoryColumn, ColumnView, DataPart, NumberColumn, TableView } from '../../src/model/dataView';
import type { ColumnUse } from '../../src/model/edit';
import { useApp, useStore } from '../store/use';
import { Button } from '../ui/controls';
import { Icon } from '../ui/icons';
import * as words from '../words';
import { HistogramBars } from './Bars';
import { amount } from './format';
import { Key } from './Overview';
import type { Stage } from './stage';

const HEAD = ['Spread', 'Mean', 'Deviation', 'Least', 'Quartile', 'Median', 'Quartile', 'Most', 'Missing', 'Different'];

interface Props {
  readonly table: TableView;
  readonly stage: Stage;
  readonly parts: Readonly<Record<DataPart, number>>;
  readonly opened: string | undefined;
  readonly onOpen: (column: string | undefined) => void;
}

export function Columns({ table: { columns, more }, stage, parts, opened, onOpen }: Props) {
  const params = useApp((s) => s.snapshot?.model?.data?.params);
  const editable = useApp((s) => s.snapshot?.editable ?? false);
  // Drawn data and arrays have no columns that could be ignored.
  const named = stage === 'given' && Array.isArray(params?.ignore);
  const ignored = named ? (params.ignore as string[]) : [];
  const sampled = columns.find((c) => c.type === 'number' && c.quantilesOf < parts.train - c.missing);
  return (
    <>
      <table className="data-columns" data-testid="data-columns" aria-label="Columns">
        <thead>
          <tr>
            <th scope="col">Column</th>
            {HEAD.map((text, i) => (
              <th key={i} scope="col" className={i === 0 ? '' : 'number'}>
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {columns.map((column) => (
            <Fragment key={column.name}>
              <tr data-column={column.name}>
                <th scope="row">
                  {named ? (
                    <button
                      type="button"
                      className="row-name"
                      aria-expanded={opened === column.name}
                      onClick={() => onOpen(opened === column.name ? undefined : column.name)}
                    >
                      <Icon name={opened === column.name ? 'chevron-down' : 'chevron-right'} />
                      {column.name}
                    </button>
                  ) : (
                    column.name
                  )}
                </th>
                {column.type === 'number' ? <Numbers column={column} /> : <Categories column={column} />}
                <td className="number">
                  {words.count(column.missing)}
                  {column.missingInAll > column.missing && (
                    <span className="weak"> of {words.count(column.missingInAll)}</span>
                  )}
                </td>
                <td className="number">
                  {words.count(column.distinct)}
                  {column.isMore && ' or more'}
                </td>
              </tr>
              {named && opened === column.name && (
                <tr className="uses">
                  <td colSpan={HEAD.length + 1}>
                    <Uses column={column} disabled={!editable} onDone={() => onOpen(undefined)} />
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
          {ignored.map((name) => (
            <tr key={`ignored ${name}`} data-column={name} className="ignored">
              <th scope="row">{name}</th>
              <td colSpan={HEAD.length}>
                <UseButton column={name} use="input" disabled={!editable}>
                  Use again
                </UseButton>
                <span className="weak">Ignored</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && <p className="data-note">and {words.plural(more, 'column')} more.</p>}
      {sampled?.type === 'number' && (
        <p className="data-note">
          Quartiles and different values are those of {words.count(sampled.quantilesOf)} training rows, evenly spread.
        </p>
      )}
      <Key />
    </>
  );
}

function Numbers({ column }: { readonly column: NumberColumn }) {
  const { name, histogram, mean, deviation, min, quartiles, max } = column;
  return (
    <>
      <td>
        <HistogramBars name={name} histogram={histogram} />
      </td>
      {[mean, deviation, min, ...quartiles, max].map((value, i) => (
        <td key={i} className="number">
          {amount(value)}
        </td>
      ))}
    </>
  );
}

/** The most frequent of its values. */
function Categories({ column: { names, counts } }: { readonly column: CategoryColumn }) {
  const order = [...names.keys()].sort((a, b) => counts.train[b] - counts.train[a] || a - b);
  const some = order.slice(0, 6).map((i) => `${names[i]} ${words.count(counts.train[i])}`);
  if (order.length > some.length) some.push(`${words.count(order.length - some.length)} more`);
  return <td colSpan={8}>{some.join(', ')}</td>;
}

function Uses({
  column,
  disabled,
  onDone,
}: {
  readonly column: ColumnView;
  readonly disabled: boolean;
  readonly onDone: () => void;
}) {
  const categories = useApp((s) => Array.isArray(s.snapshot?.model?.data?.params.categories));
  const one = { column: column.name, disabled, onDone };
  return (
    <div className="column-uses" role="group" aria-label={`What ${column.name} is for`}>
      <UseButton {...one} use="ignored">
        Ignore
      </UseButton>
      <UseButton {...one} use="target">
        Use as target
      </UseButton>
      {categories &&
        (column.type === 'category' ? (
          <UseButton {...one} use="input">
            Treat as numbers
          </UseButton>
        ) : (
          <UseButton {...one} use="category">
            Treat as categories
          </UseButton>
        ))}
    </div>
  );
}

function UseButton(props: {
  readonly column: string;
  readonly use: ColumnUse;
  readonly disabled: boolean;
  readonly children: string;
  readonly onDone?: () => void;
}) {
  const store = useStore();
  const { column, use, disabled, children, onDone } = props;
  return (
    <Button
      disabled={disabled}
      label={`${children}: ${column}`}
      testId={`use-${use}`}
      onPress={() => void store.edit({ type: 'useColumn', column, use }).then((made) => made && onDone?.())}
    >
      {children}
    </Button>
  );
}

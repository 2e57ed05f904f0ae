/** How the rows are dealt out, what is to be learned, and what is odd. */
import { type DataView, type NumberColumn, dataParts } from '../../src/model/dataView';
import type { LocatedDiagnostic } from '../../src/protocol/designer';
import { useApp, useStore } from '../store/use';
import { Icon } from '../ui/icons';
import * as words from '../words';
import { HistogramBars, ShareCell } from './Bars';
import { amount, partNames, targetName } from './format';

export function Overview({ view }: { readonly view: DataView }) {
  return (
    <div className="data-overview">
      <Split view={view} />
      <Target view={view} />
      <Findings />
    </div>
  );
}

function Split({ view: { title, rows, parts, noise } }: { readonly view: DataView }) {
  const used = parts.train + parts.validation + parts.test;
  return (
    <section className="data-card" aria-labelledby="data-split">
      <h2 id="data-split">
        {title}, {words.plural(rows, 'row')}
      </h2>
      <table data-testid="data-split">
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col" className="number">
              Rows
            </th>
            <th scope="col" className="number">
              Share
            </th>
          </tr>
        </thead>
        <tbody>
          {dataParts.map((part) => (
            <tr key={part}>
              <th scope="row">{partNames[part]}</th>
              <ShareCell count={parts[part]} most={rows} text={words.count(parts[part])} />
              <td className="number">{words.percent(parts[part] / rows, 1)}</td>
            </tr>
          ))}
          {used < rows && (
            <tr>
              <th scope="row">Not used</th>
              <ShareCell count={rows - used} most={rows} text={words.count(rows - used)} />
              <td className="number">{words.percent((rows - used) / rows, 1)}</td>
            </tr>
          )}
        </tbody>
      </table>
      {noise && (
        <p className="data-note" data-testid="data-noise">
          Label noise drew {words.count(noise.drawn)} of {words.plural(parts.train, 'training label')} anew:{' '}
          {words.count(noise.wrong)} of them {noise.wrong === 1 ? 'is' : 'are'} wrong now. Validation and test tell the
          truth.
        </p>
      )}
    </section>
  );
}

/** More classes than these are counted, not listed. */
const MOST_CLASSES = 200;

function Target({ view: { target } }: { readonly view: DataView }) {
  if (target.type === 'numbers')
    return (
      <section className="data-card" aria-labelledby="data-target">
        <h2 id="data-target">Target{target.columns.length > 1 ? 's' : ''}, in the units of the source</h2>
        <table data-testid="data-target">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Spread</th>
              <th scope="col" className="number">
                Mean
              </th>
              <th scope="col" className="number">
                Deviation
              </th>
              <th scope="col" className="number">
                Least
              </th>
              <th scope="col" className="number">
                Most
              </th>
            </tr>
          </thead>
          <tbody>{target.columns.map(NumberRow)}</tbody>
        </table>
        <Key />
      </section>
    );
  const { names, counts } = target;
  const most = dataParts.map((part) => Math.max(...counts[part], 0));
  return (
    <section className="data-card" aria-labelledby="data-target">
      <h2 id="data-target">
        {targetName(target)}: {words.plural(names.length, 'class', 'classes')}, as the source has them
      </h2>
      <table data-testid="data-target">
        <thead>
          <tr>
            <th scope="col">Class</th>
            {dataParts.map((part) => (
              <th key={part} scope="col" className="number">
                {partNames[part]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.slice(0, MOST_CLASSES).map((name, c) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {dataParts.map((part, p) => (
                <ShareCell key={part} count={counts[part][c]} most={most[p]} text={words.count(counts[part][c])} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {names.length > MOST_CLASSES && (
        <p className="data-note">and {words.count(names.length - MOST_CLASSES)} classes more.</p>
      )}
    </section>
  );
}

function NumberRow({ name, histogram, mean, deviation, min, max }: NumberColumn) {
  return (
    <tr key={name}>
      <th scope="row">{name}</th>
      <td>
        <HistogramBars name={name} histogram={histogram} />
      </td>
      <td className="number">{amount(mean)}</td>
      <td className="number">{amount(deviation)}</td>
      <td className="number">{amount(min)}</td>
      <td className="number">{amount(max)}</td>
    </tr>
  );
}

export function Key() {
  return (
    <p className="data-note">
      Numbers and <span className="key-bar" /> bars are of the training rows; the line <span className="key-line" /> is
      of validation and test together, as tall in all.
    </p>
  );
}

const NONE: readonly LocatedDiagnostic[] = [];

/** What was found of the data itself, with its remedies. */
function Findings() {
  const store = useStore();
  const all = useApp((s) => s.snapshot?.diagnostics) ?? NONE;
  const editable = useApp((s) => s.snapshot?.editable ?? false);
  const found = all.filter((d) => d.path[0] === 'data');
  return (
    <section className="data-card data-findings" aria-labelledby="data-findings">
      <h2 id="data-findings">{found.length > 0 ? words.plural(found.length, 'finding') : 'Findings'}</h2>
      {found.length === 0 && <p className="data-note">Nothing odd was found: no warning concerns the data.</p>}
      <ul data-testid="data-findings">
        {found.map((d, i) => (
          <li key={i}>
            <Icon name={d.severity === 'error' ? 'error' : 'warning'} className={`${d.severity}-colour`} />
            <div>
              <button
                type="button"
                className="row-name"
                title="Show in text"
                onClick={() => store.reveal({ offset: d.offset, length: d.length })}
              >
                {d.message}
              </button>
              {editable && d.fixes && (
                <div className="fixes">
                  {d.fixes.map((fix) => (
                    <button
                      key={fix.title}
                      type="button"
                      className="fix"
                      onClick={() => void store.edit(fix.operation)}
                    >
                      {fix.title}
                    </button>
                  ))}
                </div>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

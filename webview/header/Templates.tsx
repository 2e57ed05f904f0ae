/** What an empty file shows: networks to begin with. */
import { useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import type { TemplateDescription } from '../../src/protocol/designer';
import { useApp, useStore } from '../store/use';
import { Prose } from '../ui/Prose';
import { Button } from '../ui/controls';

export function Templates() {
  const store = useStore();
  const templates = useApp((s) => s.templates);
  const [busy, setBusy] = useState(false);
  const inside = useRef<HTMLDivElement>(null);
  const choose = (fill: () => Promise<boolean>): void => {
    setBusy(true);
    void fill().finally(() => setBusy(false));
  };
  const key = (event: KeyboardEvent): void => {
    const cards = [...(inside.current?.querySelectorAll<HTMLElement>('.card') ?? [])];
    const at = cards.indexOf(document.activeElement as HTMLElement);
    const next = at < 0 ? undefined : neighbour(cards, at, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  const card = (t: TemplateDescription) => (
    <button
      key={t.id}
      type="button"
      className="card"
      data-template={t.id}
      disabled={busy}
      onClick={() => choose(() => store.useTemplate(t.id))}
    >
      {!t.variant && (
        <span className="card-picture">
          <Sketch id={t.id} />
        </span>
      )}
      <span className="card-text">
        <b>{t.title}</b>
        <span>
          <Prose text={t.help} />
        </span>
      </span>
    </button>
  );
  return (
    <main className="templates" data-testid="templates">
      <div className="templates-inside" ref={inside} onKeyDown={key}>
        <div className="templates-head">
          <h1>New network</h1>
          <Button disabled={busy} testId="new-from-csv" onPress={() => choose(store.useTable)}>
            New from CSV...
          </Button>
        </div>
        <p>Each template trains as it stands, in seconds, on data that comes with it. Nothing leaves this machine.</p>
        <div className="cards">{templates.filter((t) => !t.variant).map(card)}</div>
        <h2>More for the playground</h2>
        <div className="cards variants">{templates.filter((t) => t.variant).map(card)}</div>
        <p className="keys">
          <kbd>←</kbd> <kbd>↑</kbd> <kbd>↓</kbd> <kbd>→</kbd> choose <kbd>Enter</kbd> use. The file can also be written
          by hand: open it as text.
        </p>
      </div>
    </main>
  );
}

/** The card that an arrow leads to: beside it in the order of reading, or the nearest in the row above or below. */
function neighbour(cards: readonly HTMLElement[], at: number, key: string): HTMLElement | undefined {
  if (key === 'ArrowRight') return cards[at + 1];
  if (key === 'ArrowLeft') return cards[at - 1];
  const down = key === 'ArrowDown';
  if (!down && key !== 'ArrowUp') return undefined;
  const from = cards[at].getBoundingClientRect();
  const boxes = cards.map((card) => ({ card, box: card.getBoundingClientRect() }));
  const ahead = boxes.filter(({ box }) => (down ? box.top >= from.bottom : box.bottom <= from.top));
  const distance = ({ box }: (typeof boxes)[number]): number =>
    // A row further counts for more than any way along it.
    Math.abs(box.top - from.top) * 10 + Math.abs(box.left - from.left);
  return ahead.sort((a, b) => distance(a) - distance(b))[0]?.card;
}

/** Columns of units, each with the units that are dropped. */
type Shape = readonly (readonly [number, readonly number[]])[];
const PLAIN: Shape = [
  [2, []],
  [4, [1, 2]],
  [4, [0, 3]],
  [2, []],
];
const OF_TEMPLATE: Readonly<Record<string, Shape>> = {
  classifier: [
    [4, []],
    [4, [0, 2]],
    [3, []],
  ],
  regressor: [
    [4, []],
    [4, [1]],
    [1, []],
  ],
  imageMlp: [
    [4, []],
    [4, [0, 2]],
    [4, [3]],
    [3, []],
  ],
};
/** Networks that see pictures: so many maps in each column, those dropped, and whether a branch leads around the middle. */
const MAPS: Readonly<Record<string, { readonly columns: Shape; readonly branch?: true }>> = {
  cnn: {
    columns: [
      [1, []],
      [3, [1]],
      [4, [0, 2]],
      [3, []],
    ],
  },
  residual: {
    columns: [
      [1, []],
      [3, []],
      [3, []],
      [3, [1]],
      [3, []],
    ],
    branch: true,
  },
};

/** A few neurons, some of them dropped: a sign, not a diagram of the template. */
function Sketch({ id }: { readonly id: string }) {
  const maps = MAPS[id];
  const columns = maps?.columns ?? OF_TEMPLATE[id] ?? PLAIN;
  const x = (c: number): number => 16 + (c * 118) / (columns.length - 1);
  const y = (n: number, i: number): number => 36 + (i - (n - 1) / 2) * 15;
  return (
    <svg width="150" height="72" viewBox="0 0 150 72" aria-hidden="true">
      {columns.slice(1).map(([n], c) =>
        Array.from({ length: columns[c][0] * n }, (_, k) => {
          const a = Math.floor(k / n);
          const b = k % n;
          const dead = columns[c][1].includes(a) || columns[c + 1][1].includes(b);
          return (
            <path
              key={`${c} ${k}`}
              className={dead ? 'dead' : ''}
              d={`M${x(c)} ${y(columns[c][0], a)}L${x(c + 1)} ${y(n, b)}`}
            />
          );
        }),
      )}
      {maps?.branch && <path d={`M${x(1)} 14Q${x(2)} -4 ${x(3)} 14`} />}
      {columns.map(([n, dropped], c) =>
        Array.from({ length: n }, (_, i) => {
          const cx = x(c);
          const cy = y(n, i);
          return (
            <g key={`${c} ${i}`} className={dropped.includes(i) ? 'dropped' : ''}>
              {maps && c < columns.length - 1 ? (
                <rect x={cx - 4.5} y={cy - 4.5} width="9" height="9" />
              ) : (
                <circle cx={cx} cy={cy} r="4.5" />
              )}
              {dropped.includes(i) && <path d={`M${cx - 2} ${cy - 2}l4 4m0-4l-4 4`} />}
            </g>
          );
        }),
      )}
    </svg>
  );
}

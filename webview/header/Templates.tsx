/** What an empty file shows: networks to begin with. */
import { useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useApp, useStore } from '../store/use';
import { Prose } from '../ui/Prose';

export function Templates() {
  const store = useStore();
  const templates = useApp((s) => s.templates);
  const [busy, setBusy] = useState<string>();
  const list = useRef<HTMLDivElement>(null);
  const choose = (id: string): void => {
    setBusy(id);
    void store.useTemplate(id).finally(() => setBusy(undefined));
  };
  const key = (event: KeyboardEvent): void => {
    const cards = [...(list.current?.querySelectorAll<HTMLElement>('.card') ?? [])];
    const at = cards.indexOf(document.activeElement as HTMLElement);
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 3, ArrowUp: -3 }[event.key];
    if (!by || at < 0) return;
    event.preventDefault();
    cards[Math.min(cards.length - 1, Math.max(0, at + by))]?.focus();
  };
  return (
    <main className="templates" data-testid="templates">
      <div className="templates-inside">
        <h1>New network</h1>
        <p>Each template trains as it stands, in seconds, on data that comes with it. Nothing leaves this machine.</p>
        <div className="cards" ref={list} onKeyDown={key}>
          {templates.map((t, i) => (
            <button
              key={t.id}
              type="button"
              className="card"
              data-template={t.id}
              disabled={busy !== undefined}
              onClick={() => choose(t.id)}
            >
              <span className="card-picture">
                <Sketch id={t.id} seed={i} />
              </span>
              <span className="card-text">
                <b>{t.title}</b>
                <span>
                  <Prose text={t.help} />
                </span>
              </span>
            </button>
          ))}
        </div>
        <p className="keys">
          <kbd>←</kbd> <kbd>→</kbd> choose <kbd>Enter</kbd> use. The file can also be written by hand: open it as text.
        </p>
      </div>
    </main>
  );
}

type Shape = readonly (readonly [number, readonly number[]])[];
const OF_TEMPLATE: Readonly<Record<string, Shape>> = {
  empty: [
    [2, []],
    [2, []],
  ],
  circles: [
    [2, []],
    [4, [0, 2]],
    [2, []],
  ],
};
const SHAPES: readonly Shape[] = [
  [
    [2, []],
    [4, [1, 2]],
    [4, [0, 3]],
    [2, []],
  ],
  [
    [4, []],
    [4, [0, 2]],
    [4, [3]],
    [3, []],
  ],
  [
    [4, []],
    [4, [1]],
    [1, []],
  ],
  [
    [3, []],
    [4, [2]],
    [3, [0]],
    [2, []],
  ],
];

/** A few neurons, some of them dropped: a sign, not a diagram of the template. */
function Sketch({ id, seed }: { readonly id: string; readonly seed: number }) {
  const columns = OF_TEMPLATE[id] ?? SHAPES[seed % SHAPES.length];
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
      {columns.map(([n, dropped], c) =>
        Array.from({ length: n }, (_, i) => {
          const cx = x(c);
          const cy = y(n, i);
          return (
            <g key={`${c} ${i}`} className={dropped.includes(i) ? 'dropped' : ''}>
              <circle cx={cx} cy={cy} r="4.5" />
              {dropped.includes(i) && <path d={`M${cx - 2} ${cy - 2}l4 4m0-4l-4 4`} />}
            </g>
          );
        }),
      )}
    </svg>
  );
}

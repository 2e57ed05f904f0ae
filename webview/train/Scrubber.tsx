/** The steps of a run in a row, the shown one under the thumb: each can be shown again. */
import { useRef, useState } from 'react';
import type { KeyboardEvent, PointerEvent } from 'react';
import { sightOf } from '../store/picture';
import { useApp, useStore } from '../store/use';
import * as words from '../words';

export function Scrubber() {
  const store = useStore();
  const made = useApp((s) => s.session.step);
  const shown = useApp((s) => (s.showing === 'replay' ? s.replay?.step : sightOf(s)?.step) ?? 0);
  const history = useApp((s) => s.session.history);
  const changes = useApp((s) => s.session.changes);
  const track = useRef<HTMLDivElement>(null);
  const [dragging, drag] = useState(false);
  const last = made - 1;
  if (last < 1) return <span className="grow" />;
  const best = history[
    words.bestIndex(
      history.map((e) => e.validation?.loss ?? NaN),
      'lower',
    )
  ] as (typeof history)[number] | undefined;
  const place = (step: number): string => `${(100 * Math.min(last, Math.max(0, step))) / last}%`;
  const go = (step: number): void => store.replay(Math.min(last, Math.max(0, Math.round(step))));
  const at = (event: PointerEvent): number => {
    const box = track.current!.getBoundingClientRect();
    return ((event.clientX - box.left) / box.width) * last;
  };
  const key = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(1, Math.round(last / 10));
    const to = {
      ArrowLeft: shown - 1,
      ArrowDown: shown - 1,
      ArrowRight: shown + 1,
      ArrowUp: shown + 1,
      PageDown: shown - page,
      PageUp: shown + page,
      Home: 0,
      End: last,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    go(to);
  };
  return (
    <div
      className="scrubber"
      role="slider"
      tabIndex={0}
      aria-label="Step shown"
      aria-valuemin={1}
      aria-valuemax={made}
      aria-valuenow={Math.min(made, shown + 1)}
      aria-valuetext={`Step ${words.count(shown + 1)} of ${words.count(made)}`}
      title="Show a step of before again"
      data-testid="scrubber"
      onKeyDown={key}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        drag(true);
        go(at(event));
      }}
      onPointerMove={(event) => dragging && go(at(event))}
      onPointerUp={() => drag(false)}
      onPointerCancel={() => drag(false)}
    >
      <div className="scrubber-track" ref={track}>
        <i className="scrubber-done" style={{ width: place(shown) }} />
        {best && (
          <svg className="scrubber-best" style={{ left: place(best.step - 1) }} width="10" height="10">
            <title>{`Best epoch ${words.count(best.epoch)}`}</title>
            <path d="M5 1l4 4-4 4-4-4z" />
          </svg>
        )}
        {changes.map((c, i) => (
          <svg key={i} className="scrubber-change" style={{ left: place(c.step) }} width="9" height="7">
            <title>{`${c.layer === undefined ? '' : `${c.layer}: `}${c.parameter} ${c.from} to ${c.to}`}</title>
            <path d="M0 0h9L4.500 7z" />
          </svg>
        ))}
        <i className="scrubber-thumb" style={{ left: place(shown) }} />
      </div>
    </div>
  );
}

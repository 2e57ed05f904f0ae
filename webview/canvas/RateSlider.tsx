/** The rate of a dropout under the hand. It previews while it moves; one gesture is one edit. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { KeyboardEvent, PointerEvent } from 'react';
import { useStore } from '../store/use';
import * as words from '../words';
import { spoken, type Dropping } from './dropping';
import { MAX_RATE, rateAfterKey, rateAt, typedRate } from './rate';

/** How long after the last arrow key a rate counts as chosen. */
const SETTLED_MS = 700;

interface Props {
  readonly id: string;
  readonly rate: number;
  /** What a rate does here, for those who hear it. */
  readonly dropping: Dropping;
  readonly disabled?: boolean;
  readonly tabIndex?: number;
  /** Told of what is being tried out, and of undefined when it is over. */
  readonly onPreview?: (rate: number | undefined, typed?: string) => void;
}

export function RateSlider({ id, rate, dropping, disabled = false, tabIndex = 0, onPreview }: Props) {
  const store = useStore();
  const track = useRef<HTMLDivElement>(null);
  const timer = useRef(0);
  const [preview, setPreview] = useState<number>();
  const [typed, setTyped] = useState('');
  const dragging = useRef(false);
  const sent = useRef<number>(undefined);
  const shown = preview ?? rate;

  const look = useCallback(
    (next: number | undefined, digits = '') => {
      setPreview(next);
      setTyped(digits);
      onPreview?.(next, digits);
    },
    [onPreview],
  );
  // The document has caught up: what was tried out is now the truth.
  useEffect(() => {
    sent.current = undefined;
    if (!dragging.current) look(undefined);
  }, [rate, look]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const commit = (value: number | undefined): void => {
    clearTimeout(timer.current);
    if (value === undefined || value === rate) return look(undefined);
    look(value);
    if (sent.current === value) return;
    sent.current = value;
    void store.edit({ type: 'setParameter', layer: id, key: 'rate', value }).then((made) => {
      if (made) return;
      sent.current = undefined;
      look(undefined);
    });
  };
  const revert = (): void => {
    clearTimeout(timer.current);
    look(undefined);
  };

  const at = (event: PointerEvent): number => {
    const box = track.current!.getBoundingClientRect();
    return rateAt((event.clientX - box.left) / box.width);
  };
  const down = (event: PointerEvent<HTMLDivElement>): void => {
    if (disabled || event.button !== 0) return;
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    dragging.current = true;
    look(at(event));
  };
  const move = (event: PointerEvent): void => {
    if (dragging.current) look(at(event));
  };
  const up = (event: PointerEvent): void => {
    if (!dragging.current) return;
    dragging.current = false;
    commit(at(event));
  };
  const key = (event: KeyboardEvent): void => {
    if (disabled || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = rateAfterKey(event.key, shown);
    if (next !== undefined) {
      look(next);
      clearTimeout(timer.current);
      timer.current = window.setTimeout(() => commit(next), SETTLED_MS);
    } else if (/^[\d.]$/.test(event.key)) {
      clearTimeout(timer.current);
      const digits = typed + event.key;
      look(typedRate(digits) ?? shown, digits);
    } else if (event.key === 'Backspace' && typed) {
      const digits = typed.slice(0, -1);
      look(typedRate(digits) ?? rate, digits);
    } else if (event.key === 'Enter' && preview !== undefined) commit(preview);
    else if (event.key === 'Escape' && (preview !== undefined || dragging.current)) {
      dragging.current = false;
      revert();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      className="rate nodrag nopan"
      role="slider"
      tabIndex={disabled ? -1 : tabIndex}
      aria-label={words.spokenRate(id, shown, spoken(dropping, shown))}
      aria-valuenow={shown}
      aria-valuemin={0}
      aria-valuemax={MAX_RATE}
      aria-valuetext={`${words.rate(shown)}, ${spoken(dropping, shown)}`}
      aria-disabled={disabled}
      data-rate-of={id}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={revert}
      onKeyDown={key}
      onBlur={() => preview !== undefined && !dragging.current && commit(preview)}
    >
      <div className="track" ref={track}>
        <div className="dropped" style={{ width: `${shown * 100}%` }} />
        <div className="thumb" style={{ left: `${shown * 100}%` }} />
      </div>
    </div>
  );
}

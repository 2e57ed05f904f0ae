/** Of a long table, only the rows in sight are in the document; the others leave their room. */
import { useCallback, useLayoutEffect, useRef, useState } from 'react';

/** Up to so many rows all of them are there: windows cost more than they save. */
const ALL = 60;
/** Rows beyond the edges, so that scrolling shows no gaps. */
const MARGIN = 15;
/** Until a row was measured, in pixels. */
const HEIGHT = 22;

export interface Rows {
  readonly table: React.RefObject<HTMLTableElement | null>;
  readonly first: number;
  /** One behind the last. */
  readonly last: number;
  /** Pixels that the rows above and below take. */
  readonly above: number;
  readonly below: number;
  /** Scrolls until a row is in sight. */
  readonly reveal: (row: number) => void;
}

/** @param count rows that there are, all of one height; the nearest `.panel-body` around the table is what scrolls */
export function useRows(count: number): Rows {
  const table = useRef<HTMLTableElement>(null);
  const height = useRef(HEIGHT);
  const [seen, setSeen] = useState({ first: 0, last: ALL });
  const scroller = (): HTMLElement | null => table.current?.closest<HTMLElement>('.panel-body') ?? null;

  useLayoutEffect(() => {
    const element = scroller();
    if (!element || count <= ALL) return undefined;
    const look = (): void => {
      const row = table.current?.querySelector<HTMLElement>('tbody tr[data-row]');
      if (row?.offsetHeight) height.current = row.offsetHeight;
      const first = Math.max(0, Math.floor(element.scrollTop / height.current) - MARGIN);
      const last = Math.ceil((element.scrollTop + element.clientHeight) / height.current) + MARGIN;
      setSeen((was) => (was.first === first && was.last === last ? was : { first, last }));
    };
    look();
    element.addEventListener('scroll', look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', look);
      observer.disconnect();
    };
  }, [count]);

  const reveal = useCallback((row: number): void => {
    const element = scroller();
    const head = table.current?.tHead?.offsetHeight ?? 0;
    if (!element) return;
    const top = row * height.current;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + height.current + head > element.scrollTop + element.clientHeight)
      element.scrollTop = top + height.current + head - element.clientHeight;
  }, []);

  const first = count <= ALL ? 0 : Math.min(seen.first, count);
  const last = count <= ALL ? count : Math.min(seen.last, count);
  return { table, first, last, above: first * height.current, below: (count - last) * height.current, reveal };
}

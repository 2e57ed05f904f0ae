/** A question mark, or words, beside what is seen: the idea behind it in a box of its own. */
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { Bars } from './Bars';
import { ideas, type Idea } from './ideas';

interface Props {
  readonly idea: Idea;
  /** What is pressed; a question mark where there are none. */
  readonly words?: ReactNode;
  readonly testId?: string;
}

const MARGIN = 8;

export function Explain({ idea, words, testId = `explain-${idea}` }: Props) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const { title, text, picture } = ideas[idea];
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  useEffect(() => {
    if (!open) return undefined;
    const away = (event: PointerEvent): void => {
      const at = event.target as Node;
      if (!box.current?.contains(at) && !button.current?.contains(at)) setOpen(false);
    };
    window.addEventListener('pointerdown', away);
    return () => window.removeEventListener('pointerdown', away);
  }, [open]);
  // In the top layer, where no panel clips it: below what was pressed, or above where there is no room.
  useLayoutEffect(() => {
    const popover = box.current;
    if (!open || !popover || !button.current) return;
    popover.showPopover();
    const from = button.current.getBoundingClientRect();
    const { width, height } = popover.getBoundingClientRect();
    const left = Math.max(MARGIN, Math.min(from.left, window.innerWidth - width - MARGIN));
    const below = from.bottom + MARGIN + height <= window.innerHeight;
    popover.style.left = `${left}px`;
    popover.style.top = `${below ? from.bottom + MARGIN : Math.max(MARGIN, from.top - MARGIN - height)}px`;
    popover.focus();
  }, [open]);
  return (
    <span className="why">
      <button
        ref={button}
        type="button"
        className={words === undefined ? 'ask' : 'link'}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={words === undefined ? `What is this? ${title}` : undefined}
        title={words === undefined ? title : undefined}
        data-testid={testId}
        onClick={() => setOpen(!open)}
      >
        {words ?? '?'}
      </button>
      {open && (
        <div
          className="explanation"
          id={id}
          role="dialog"
          aria-label={title}
          popover="manual"
          tabIndex={-1}
          ref={box}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            close();
          }}
          onBlur={(event) => {
            const to = event.relatedTarget;
            if (to instanceof Node && !box.current?.contains(to) && to !== button.current) setOpen(false);
          }}
        >
          <h3>{title}</h3>
          {picture ?? <Bars />}
          <p>{text}</p>
          <button type="button" className="link" onClick={close}>
            Close
          </button>
        </div>
      )}
    </span>
  );
}

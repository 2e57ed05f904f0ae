/** A question mark, or words, beside what is seen: the idea behind it in a box of its own. */
import { useId } from 'react';
import type { ReactNode } from 'react';
import { Bars } from './Bars';
import { usePopover } from '../ui/usePopover';
import { ideas, type Idea } from './ideas';

interface Props {
  readonly idea: Idea;
  /** What is pressed; a question mark where there are none. */
  readonly words?: ReactNode;
  readonly testId?: string;
}

export function Explain({ idea, words, testId = `explain-${idea}` }: Props) {
  const { open, setOpen, close, button, box, keyDown, blur } = usePopover<HTMLButtonElement>();
  const id = useId();
  const { title, text, picture } = ideas[idea];
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
          onKeyDown={keyDown}
          onBlur={blur}
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

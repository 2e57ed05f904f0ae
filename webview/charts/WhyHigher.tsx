/** The question everybody has on seeing two training losses, answered where it arises. */
import { useEffect, useId, useRef, useState } from 'react';
import { useApp } from '../store/use';
import * as words from '../words';

export function WhyHigher() {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  useEffect(() => {
    if (!open) return undefined;
    box.current?.focus();
    const away = (event: PointerEvent): void => {
      const at = event.target as Node;
      if (!box.current?.contains(at) && !button.current?.contains(at)) setOpen(false);
    };
    window.addEventListener('pointerdown', away);
    return () => window.removeEventListener('pointerdown', away);
  }, [open]);
  return (
    <span className="why">
      <button
        ref={button}
        type="button"
        className="link"
        aria-expanded={open}
        aria-controls={id}
        data-testid="why-higher"
        onClick={() => setOpen(!open)}
      >
        why higher?
      </button>
      {open && (
        <div
          className="popover"
          id={id}
          role="dialog"
          aria-label="Why is the training loss higher with dropout on?"
          tabIndex={-1}
          ref={box}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            close();
          }}
        >
          <Bars />
          <p>
            While training, each sample meets a network with some of its units missing. Validation meets the whole
            network. So the dotted curve is usually higher, by design. To judge overfitting, compare dashed with solid:
            the same network, nothing dropped.
          </p>
          <button type="button" className="link" onClick={close}>
            Close
          </button>
        </div>
      )}
    </span>
  );
}

function Bars() {
  const last = useApp((s) => s.session.history.at(-1));
  if (!last) return null;
  const bars = [
    { name: 'on', value: last.train.loss, colour: 'on' },
    { name: 'off', value: last.trainDropoutOff.loss, colour: 'off' },
    ...(last.validation ? [{ name: 'valid.', value: last.validation.loss, colour: 'val' }] : []),
  ];
  const max = Math.max(...bars.map((b) => b.value), 1e-9);
  return (
    <div className="why-bars" aria-hidden="true">
      {bars.map((b) => (
        <span key={b.name}>
          <i className={b.colour} style={{ height: Math.max(2, (46 * b.value) / max) }} title={words.loss(b.value)} />
          {b.name}
        </span>
      ))}
    </div>
  );
}

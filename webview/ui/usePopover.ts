/** A box in the top layer, where no panel clips it, beside the button that opened it. */
import { useEffect, useLayoutEffect, useRef, useState } from 'react';

const MARGIN = 8;

export function usePopover<B extends HTMLElement>() {
  const [open, setOpen] = useState(false);
  const button = useRef<B>(null);
  const box = useRef<HTMLDivElement>(null);
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
  // Below what was pressed, or above where there is no room.
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
  const keyDown = (event: React.KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    close();
  };
  const blur = (event: React.FocusEvent): void => {
    const to = event.relatedTarget;
    if (to instanceof Node && !box.current?.contains(to) && !button.current?.contains(to)) setOpen(false);
  };
  return { open, setOpen, close, button, box, keyDown, blur };
}

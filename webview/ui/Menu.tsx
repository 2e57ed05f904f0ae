/** What there is besides: a button with three dots, and below it commands or a few controls. */
import { useEffect, useId } from 'react';
import type { ReactNode } from 'react';
import { Icon } from './icons';
import { usePopover } from './usePopover';

export interface MenuItem {
  readonly id: string;
  readonly label: string;
  readonly onPress: () => void;
}

interface Props {
  readonly label: string;
  readonly testId: string;
}

export function Menu({ label, testId, items }: Props & { readonly items: readonly MenuItem[] }) {
  const { open, setOpen, close, button, box, keyDown, blur } = usePopover<HTMLButtonElement>();
  const id = useId();
  const item = (at: number): void => {
    const all = box.current?.querySelectorAll<HTMLElement>('[role=menuitem]');
    all?.[(at + all.length) % all.length].focus();
  };
  useEffect(() => {
    if (open) box.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
  }, [open, box]);
  return (
    <span className="more-menu">
      <DotsButton {...{ label, testId, open, id }} popup="menu" ref={button} onPress={() => setOpen(!open)} />
      {open && (
        <div
          ref={box}
          id={id}
          className="popup menu"
          role="menu"
          aria-label={label}
          popover="manual"
          tabIndex={-1}
          onBlur={blur}
          onKeyDown={(event) => {
            const now = [...(box.current?.querySelectorAll('[role=menuitem]') ?? [])].indexOf(event.target as Element);
            const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: -1 }[event.key];
            event.stopPropagation();
            if (to !== undefined) {
              event.preventDefault();
              item(to);
            } else if (event.key === 'Tab') setOpen(false);
            else keyDown(event);
          }}
        >
          {items.map((i) => (
            <button
              key={i.id}
              type="button"
              role="menuitem"
              tabIndex={-1}
              data-testid={`${testId}-${i.id}`}
              onClick={() => {
                close();
                i.onPress();
              }}
            >
              {i.label}
            </button>
          ))}
        </div>
      )}
    </span>
  );
}

/** Controls for which there is no room. */
export function MoreControls({ label, testId, children }: Props & { readonly children: ReactNode }) {
  const { open, setOpen, button, box, keyDown, blur } = usePopover<HTMLButtonElement>();
  const id = useId();
  return (
    <span className="more-menu">
      <DotsButton {...{ label, testId, open, id }} popup="dialog" ref={button} onPress={() => setOpen(!open)} />
      {open && (
        <div
          ref={box}
          id={id}
          className="popup"
          role="dialog"
          aria-label={label}
          popover="manual"
          tabIndex={-1}
          onBlur={blur}
          onKeyDown={keyDown}
        >
          {children}
        </div>
      )}
    </span>
  );
}

function DotsButton(
  props: Props & {
    readonly open: boolean;
    readonly id: string;
    readonly popup: 'menu' | 'dialog';
    readonly ref: React.Ref<HTMLButtonElement>;
    readonly onPress: () => void;
  },
) {
  return (
    <button
      ref={props.ref}
      type="button"
      className="dots"
      aria-label={props.label}
      title={props.label}
      aria-haspopup={props.popup}
      aria-expanded={props.open}
      aria-controls={props.open ? props.id : undefined}
      data-testid={props.testId}
      onClick={props.onPress}
    >
      <Icon name="ellipsis" />
    </button>
  );
}

/** What there is besides: a button with three dots, and below it commands or a few controls. */
import { useEffect, useId } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
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
  const popover = usePopover<HTMLButtonElement>();
  const { open, setOpen, close, box, keyDown } = popover;
  const all = (): readonly HTMLElement[] => [...(box.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
  useEffect(() => {
    if (open) box.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
  }, [open, box]);
  const key = (event: KeyboardEvent): void => {
    const choices = all();
    const now = choices.indexOf(event.target as HTMLElement);
    const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: -1 }[event.key];
    event.stopPropagation();
    if (to !== undefined) {
      event.preventDefault();
      choices.at(to % choices.length)?.focus();
    } else if (event.key === 'Tab') setOpen(false);
    else keyDown(event);
  };
  return (
    <Dots {...{ label, testId, popover }} role="menu" onKeyDown={key}>
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
    </Dots>
  );
}

/** Controls for which there is no room. */
export function MoreControls({ label, testId, children }: Props & { readonly children: ReactNode }) {
  const popover = usePopover<HTMLButtonElement>();
  return (
    <Dots {...{ label, testId, popover }} role="dialog" onKeyDown={popover.keyDown}>
      {children}
    </Dots>
  );
}

/** The button with three dots, and the box that it opens. */
function Dots(
  props: Props & {
    readonly popover: ReturnType<typeof usePopover<HTMLButtonElement>>;
    readonly role: 'menu' | 'dialog';
    readonly onKeyDown: (event: KeyboardEvent) => void;
    readonly children: ReactNode;
  },
) {
  const { label, role, popover } = props;
  const { open, setOpen, button, box, blur } = popover;
  const id = useId();
  return (
    <span className="more-menu">
      <button
        ref={button}
        type="button"
        className="dots"
        aria-label={label}
        title={label}
        aria-haspopup={role}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        data-testid={props.testId}
        onClick={() => setOpen(!open)}
      >
        <Icon name="ellipsis" />
      </button>
      {open && (
        <div
          ref={box}
          id={id}
          className={role === 'menu' ? 'popup menu' : 'popup'}
          role={role}
          aria-label={label}
          popover="manual"
          tabIndex={-1}
          onBlur={blur}
          onKeyDown={props.onKeyDown}
        >
          {props.children}
        </div>
      )}
    </span>
  );
}

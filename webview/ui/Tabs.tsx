/** Tabs: one tab stop, arrows inside; the panel below belongs to the one chosen. */
import { useRef } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';

interface Props<T extends string> {
  readonly id: string;
  readonly label: string;
  readonly value: T;
  readonly tabs: readonly { readonly value: T; readonly label: ReactNode }[];
  readonly children?: ReactNode;
  /** The panel is not there now. */
  readonly closed?: boolean;
  readonly onChange: (value: T) => void;
}

export const panelId = (id: string): string => `${id}-panel`;
export const tabId = (id: string, value: string): string => `${id}-tab-${value}`;

export function Tabs<T extends string>({ id, label, value, tabs, children, closed, onChange }: Props<T>) {
  const list = useRef<HTMLDivElement>(null);
  const key = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (!by || event.altKey) return;
    event.preventDefault();
    const next = (tabs.findIndex((t) => t.value === value) + by + tabs.length) % tabs.length;
    onChange(tabs[next].value);
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus();
  };
  return (
    <div className="tabs">
      <div className="tablist" role="tablist" aria-label={label} ref={list} onKeyDown={key}>
        {tabs.map((t) => (
          <button
            key={t.value}
            type="button"
            role="tab"
            id={tabId(id, t.value)}
            aria-selected={t.value === value}
            aria-controls={closed ? undefined : panelId(id)}
            tabIndex={t.value === value ? 0 : -1}
            onClick={() => onChange(t.value)}
          >
            {t.label}
          </button>
        ))}
      </div>
      {children && <div className="tabs-right">{children}</div>}
    </div>
  );
}

export function TabPanel(props: {
  readonly id: string;
  readonly value: string;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  return (
    <div
      id={panelId(props.id)}
      role="tabpanel"
      aria-labelledby={tabId(props.id, props.value)}
      className={props.className}
      tabIndex={-1}
    >
      {props.children}
    </div>
  );
}

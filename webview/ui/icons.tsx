/** Icons. What VS Code has comes from its own font; what only a network has is drawn here, 16 px with thin lines. */
import type { ReactNode } from 'react';

export type CodiconName =
  | 'add'
  | 'arrow-left'
  | 'arrow-right'
  | 'arrow-swap'
  | 'chevron-down'
  | 'chevron-left'
  | 'chevron-right'
  | 'chevron-up'
  | 'close'
  | 'database'
  | 'debug-pause'
  | 'debug-start'
  | 'debug-stop'
  | 'debug-step-over'
  | 'diff'
  | 'diff-added'
  | 'diff-modified'
  | 'diff-removed'
  | 'discard'
  | 'ellipsis'
  | 'error'
  | 'eye'
  | 'files'
  | 'folder-opened'
  | 'go-to-file'
  | 'history'
  | 'info'
  | 'loading'
  | 'pass'
  | 'refresh'
  | 'remove'
  | 'save'
  | 'screen-full'
  | 'settings-gear'
  | 'table'
  | 'trash'
  | 'warning';

export function Icon({ name, className = '' }: { readonly name: CodiconName; readonly className?: string }) {
  return <span className={`codicon codicon-${name} ${className}`} aria-hidden="true" />;
}

const dots = (x: number, ys: readonly number[]): ReactNode => ys.map((y) => <circle key={y} cx={x} cy={y} r="1.3" />);

const DRAWN: Readonly<Record<string, ReactNode>> = {
  picture: (
    <>
      <rect x="2" y="2.5" width="12" height="11" rx="1" />
      <path d="M2.5 11.5 6 8l2.5 2.5L11 8l3 3" />
      <circle cx="5.5" cy="5.5" r=".9" />
    </>
  ),
  values: <path d="M3 13V8M6.5 13V3M10 13V6M13.5 13v-3" />,
  dense: (
    <>
      {dots(3.5, [3.2, 8, 12.8])}
      {dots(12.5, [5.4, 10.6])}
      <path d="m4.8 3.6 6.4 1.5M4.7 7.6l6.5-1.9M4.7 8.4l6.5 1.9M4.8 12.4l6.4-1.5" />
    </>
  ),
  drop: (
    <>
      <circle cx="8" cy="8" r="5.7" />
      <path d="m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4" />
    </>
  ),
  noise: <path d="M1.5 8 3 5l1.8 6.2L7 3.2l2.2 9.6 2-7.4L12.6 10l1.9-2" />,
  activation: <path d="M2 2v12h12M3.5 12H8l5-7.5" />,
  flatten: <path d="M2 4h12M2 8h12M2 12h12" />,
  convolution: (
    <>
      <rect x="2" y="2" width="12" height="12" rx="1" />
      <path d="M2 7.500h5.500V2M10.5 5.500v5h-5" />
    </>
  ),
  pooling: (
    <>
      <rect x="2" y="2" width="12" height="12" rx="1" />
      <path d="M8 2v12M2 8h12" />
    </>
  ),
  norm: <path d="M2 12.500c3.2 0 3.2-9 6-9s2.8 9 6 9" />,
  merge: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 5.300v5.400M5.3 8h5.4" />
    </>
  ),
  output: (
    <>
      <circle cx="8" cy="3.4" r="1.5" />
      <circle cx="3.2" cy="8" r="1.5" />
      <circle cx="12.8" cy="8" r="1.5" />
      <circle cx="8" cy="12.6" r="1.5" />
      <path d="m4.3 7 2.6-2.500M9.1 4.5 11.7 7M4.3 9l2.6 2.500m2.2 0L11.7 9" />
    </>
  ),
  dice: (
    <>
      <rect x="2.5" y="2.5" width="11" height="11" rx="2" />
      {[5.4, 8, 10.6].map((at) => (
        <circle key={at} cx={at} cy={at} r="1" fill="currentColor" stroke="none" />
      ))}
    </>
  ),
  freeze: (
    <path d="M8 1.800v12.400M2.6 4.900l10.8 6.200m0-6.200L2.6 11.100M6.3 2.7 8 4.300l1.7-1.600M6.3 13.3 8 11.700l1.7 1.6" />
  ),
};
export type DrawnName = keyof typeof DRAWN;

export function Drawn({ name, className = '' }: { readonly name: DrawnName; readonly className?: string }) {
  return (
    <svg className={`drawn ${className}`} width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      {DRAWN[name]}
    </svg>
  );
}

const OF_KIND: readonly (readonly [RegExp, DrawnName])[] = [
  [/gauss|noise/i, 'noise'],
  [/drop|depth/i, 'drop'],
  [/activation/i, 'activation'],
  [/flatten|reshape/i, 'flatten'],
  [/conv/i, 'convolution'],
  [/pool/i, 'pooling'],
  [/norm/i, 'norm'],
  [/add|concat|merge/i, 'merge'],
];

export function iconOf(kind: string, role?: string, image = false): DrawnName {
  if (role === 'input' || kind === 'input') return image ? 'picture' : 'values';
  if (role === 'output') return 'output';
  return OF_KIND.find(([pattern]) => pattern.test(kind))?.[1] ?? 'dense';
}

/** The small red cross of the words "62 of 128". */
export function Cross() {
  return (
    <svg className="cross" width="9" height="9" viewBox="0 0 9 9" aria-hidden="true">
      <path d="M1.2 1.200l6.6 6.600m0-6.600L1.2 7.8" />
    </svg>
  );
}

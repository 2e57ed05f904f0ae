/** The panels below the network in training. To add one: its component, and a line here. */
import type { ComponentType } from 'react';
import type { State } from '../store/state';
import { Inside } from '../look/Inside';
import { PartChoice } from '../look/Part';
import { Quality } from '../look/Quality';
import { Residuals } from '../look/Residuals';
import { SurfacePanel } from '../look/SurfacePanel';
import { hasSurface } from '../look/Surface';
import { Worst } from '../look/Worst';
import { Confusion } from './Confusion';
import { CopyLog, Log } from './Log';
import { MaskChoice, Masks } from './Masks';

export interface TrainPanel {
  readonly id: string;
  readonly label: string;
  /** False where this run has nothing of the kind; absent: always there. */
  readonly applies?: (state: State) => boolean;
  /** True where it stands beside the network as soon as there is room for it there. */
  readonly beside?: true;
  readonly Body: ComponentType;
  /** What stands beside the tabs. */
  readonly Tools?: ComponentType;
}

const classes = (s: State): boolean => (s.session.data ?? s.snapshot?.data)?.classes.length !== 0;
const numbers = (s: State): boolean => !classes(s);

export const trainPanels: readonly TrainPanel[] = [
  { id: 'masks', label: 'Masks', Body: Masks, Tools: MaskChoice },
  { id: 'surface', label: 'Answers', applies: hasSurface, beside: true, Body: SurfacePanel },
  { id: 'inside', label: 'Inside', Body: Inside },
  { id: 'confusion', label: 'Confusion', applies: classes, Body: Confusion, Tools: PartChoice },
  { id: 'worst', label: 'Worst samples', Body: Worst, Tools: PartChoice },
  { id: 'quality', label: 'ROC and calibration', applies: classes, Body: Quality, Tools: PartChoice },
  { id: 'residuals', label: 'Predicted and true', applies: numbers, Body: Residuals, Tools: PartChoice },
  { id: 'log', label: 'Log', Body: Log, Tools: CopyLog },
];

/** The panels below the network in training. To add one: its component, and a line here. */
import type { ComponentType } from 'react';
import type { State } from '../store/state';
import { Confusion } from './Confusion';
import { MaskChoice, Masks } from './Masks';

export interface TrainPanel {
  readonly id: string;
  readonly label: string;
  /** False where this run has nothing of the kind; absent: always there. */
  readonly applies?: (state: State) => boolean;
  readonly Body: ComponentType;
  /** What stands beside the tabs. */
  readonly Tools?: ComponentType;
}

const classes = (s: State): boolean => (s.session.data ?? s.snapshot?.data)?.classes.length !== 0;

export const trainPanels: readonly TrainPanel[] = [
  { id: 'masks', label: 'Masks', Body: Masks, Tools: MaskChoice },
  { id: 'confusion', label: 'Confusion', applies: classes, Body: Confusion },
];

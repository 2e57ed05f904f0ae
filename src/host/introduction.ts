import type * as vscode from 'vscode';
import { templates } from '../model/templates';
import type { Control, SessionSnapshot } from '../protocol/designer';
import { createFreely } from './newNetwork';
import { modelInFront, openModels } from './uris';

/** What a button of the introduction hands to a command: the template to begin with where no network is open. */
export interface OrNew {
  readonly orNew: string;
}

export const isOrNew = (given: unknown): given is OrNew =>
  typeof given === 'object' && given !== null && typeof (given as Partial<OrNew>).orNew === 'string';

/**
 * The network that a button of the introduction is about: the one that is open, else a new one. It works in any window, also
 * where there is no folder and nobody did the steps before.
 * @param extension the folder of the extension, whose examples hold the data of templates
 * @throws Error where there is no such template, or its file cannot be written
 */
export async function networkOf({ orNew }: OrNew, extension: vscode.Uri): Promise<vscode.Uri> {
  const open = modelInFront() ?? openModels().at(0);
  if (open) return open;
  const template = templates.find(({ id }) => id === orNew);
  if (!template) throw new Error(`There is no template "${orNew}".`);
  const made = await createFreely(template, extension);
  if (!made) throw new Error('Create a network first: Dropout Studio: New Network.');
  return made;
}

/**
 * What a button does where nothing can be paused yet, or gone on with: it begins a run. Nothing where there is one already that shows
 * what the step is about.
 */
export function nearest(control: 'train' | 'pause' | 'resume', state: SessionSnapshot['state']): Control | undefined {
  if (control === 'train') return 'train';
  if (state === 'idle' || state === 'failed') return control === 'pause' ? 'step' : 'train';
  if (control === 'pause') return state === 'training' || state === 'loading' ? 'pause' : undefined;
  return state === 'paused' ? 'resume' : undefined;
}

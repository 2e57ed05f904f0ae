import { setTimeout as pause } from 'node:timers/promises';
import type { FrameLocator } from 'playwright-core';
import type { Studio } from '../harness/designer';

/** A small network whose comments and odd spacing every gesture must leave alone. */
export const small = `{
  // Kept: a comment.
  "version": 1, "name": "small",
  "data": { "source": "moons", "samples": 2000, "noise": 0.3, "seed": 1, "split": { "train": 1000, "validation": 1000 } },
  "layers": [
    { "id": "input", "kind": "input", "shape": [2] },
    { "id": "hidden1", "kind": "dense", "units": 32, "activation": "relu" }, // thirty-two
    { "id": "drop1",   "kind": "dropout", "rate": 0.5 },
    { "id": "output", "kind": "dense", "units": 2, "activation": "softmax" }
  ],
  "training": { "loss": "crossentropy", "optimizer": "adam", "batchSize": 20, "epochs": 100000, "seed": 3 }
}
`;

/** Waits until a question is answered with something; says what was waited for when it never is. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false | null>,
  seconds = 20,
): Promise<T> {
  for (const end = Date.now() + seconds * 1000; ;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`Waited ${seconds} s for ${what}.`);
    await pause(50);
  }
}

export const textOf = async (studio: Studio, name: string): Promise<string> => (await studio.document(name)).text;

/** Waits for the document to hold a text. */
export const untilText = (
  studio: Studio,
  name: string,
  holds: (text: string) => boolean,
  what: string,
): Promise<string> =>
  until(`the text to hold ${what}`, async () => {
    const text = await textOf(studio, name);
    return holds(text) && text;
  });

export const state = (designer: FrameLocator): Promise<string | null> =>
  designer.locator('[data-testid="state"]').getAttribute('data-state');
export const untilState = (designer: FrameLocator, ...states: string[]): Promise<string> =>
  until(`the state ${states.join(' or ')}`, async () => {
    const now = await state(designer);
    return now !== null && states.includes(now) && now;
  });

/** The step that the units of a layer are drawn for, and how many of them are crossed out. */
export async function picture(
  designer: FrameLocator,
  layer: string,
): Promise<{ step: number; dropped: number; label: string }> {
  // At one go: what is read bit by bit may be of two pictures.
  return designer.locator(`[data-layer="${layer}"]`).evaluate((units) => ({
    step: Number(units.getAttribute('data-step')),
    dropped: Number(units.getAttribute('data-dropped')),
    label: units.getAttribute('aria-label') ?? '',
  }));
}

import { type ParseArgsConfig, parseArgs } from 'node:util';
import { didYouMean } from '../model/suggest';
import type { CheckpointName } from '../runs/open';
import { UsageError } from './io';

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * Reads the arguments of one command.
 * @throws UsageError where an option is unknown (with a guess at the one meant), or lacks its value
 */
export function readArgs<O extends Options>(command: string, args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
      const given =
        args.map((a) => a.split('=')[0]).find((a) => a.startsWith('-') && message.includes(`'${a}'`)) ?? message;
      const known = Object.keys(options).map((name) => `--${name}`);
      throw new UsageError(
        `${command} has no option ${given}.${didYouMean(given, known) || ` It takes ${known.join(', ')}.`}`,
      );
    }
    if (code?.startsWith('ERR_PARSE_ARGS')) throw new UsageError(message.split('\n')[0]);
    throw error;
  }
}

/**
 * `--checkpoint`: one that the run has.
 * @throws UsageError naming those that it has
 */
export function checkpointNamed(
  text: string | undefined,
  checkpoints: readonly CheckpointName[],
): CheckpointName | undefined {
  if (text === undefined) return undefined;
  const found = checkpoints.find((name) => name === text);
  if (found) return found;
  throw new UsageError(
    `The run has no checkpoint "${text}".${checkpoints.length > 0 ? ` It has ${checkpoints.join(', ')}.` : ''}`,
  );
}

/** `--memory-limit`, in bytes. */
export function memoryLimitOf(text: string | undefined): number | undefined {
  const mebibytes = wholeNumber('memory-limit', text, 1, 1024 ** 2);
  return mebibytes === undefined ? undefined : mebibytes * 1024 ** 2;
}

/** Seconds and the like. @throws UsageError where the text is not a number of the range */
export function decimalNumber(option: string, text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value < min || value > max)
    throw new UsageError(`--${option}: a number from ${min} to ${max} expected, found "${text}".`);
  return value;
}

/** @throws UsageError where the text is not a whole number of the range */
export function wholeNumber(
  option: string,
  text: string | undefined,
  min: number,
  max = Number.MAX_SAFE_INTEGER,
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new UsageError(`--${option}: a whole number from ${min} to ${max} expected, found "${text}".`);
  }
  return value;
}

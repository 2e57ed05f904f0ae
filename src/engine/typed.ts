import type { JsonObject } from '../model/json';
import type { ParameterSpec, Parameters } from '../model/spec';

/**
 * The TypeScript type of a kind's parameters, from what it declares: `rate: { type: 'number' }` gives `rate: number`.
 * The language checks values before they get here, so a definition reads them without asking again.
 */
export type Typed<P extends Parameters> = {
  readonly [N in keyof P]: P[N] extends { readonly optional: true } ? ValueOf<P[N]> | undefined : ValueOf<P[N]>;
};

type ValueOf<S extends ParameterSpec> = S extends { readonly type: 'number' | 'integer' }
  ? number
  : S extends { readonly type: 'boolean' }
    ? boolean
    : S extends { readonly type: 'choice' | 'text' | 'path' | 'column' }
      ? string
      : S extends { readonly type: 'textList' }
        ? readonly string[]
        : S extends { readonly type: 'shape'; readonly open: true }
          ? readonly (number | null)[]
          : S extends { readonly type: 'shape' | 'numberList' }
            ? readonly number[]
            : JsonObject;

/** Takes checked JSON for typed parameters: the one place where the language's promise is turned into a type. */
export const typed = <P extends Parameters>(params: JsonObject): Typed<P> => params as unknown as Typed<P>;

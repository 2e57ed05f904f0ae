/** A JSON value as `.netjson` text yields it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** Where a value stands in a model: object keys and array indices from the root. */
export type JsonPath = (string | number)[];

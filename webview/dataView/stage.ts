export type Stage = 'given' | 'network';

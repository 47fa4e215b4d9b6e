import { signal } from '@preact/signals';

/** The point in time that timeline and animation share, ns. */
export const cursorNs = signal<number | undefined>(undefined);

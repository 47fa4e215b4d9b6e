import { ClassLinks } from './class-links.js';
import { ClassWatch } from './class-watch.js';
import { TieGuard } from './tie-guard.js';

/**
 * What the engine needs only where NPUs fold by classes. It is handed in: collectives never fold like that, and
 * bundles of what simulates nothing else do without it.
 */
export const CLASS_PARTS = { ClassLinks, ClassWatch, TieGuard };

export type ClassParts = typeof CLASS_PARTS;

/** Part k of a whole number that is split as evenly as possible into whole numbers, the larger ones first. */
export function share(whole: number, parts: number, k: number): number {
  return Math.floor(whole / parts) + (k < whole % parts ? 1 : 0);
}

/** Widths of letters in the common sans-serif fonts, in units of the font size. */
const WIDTHS: readonly (readonly [letters: string, width: number])[] = [
  ["ijl'|", 0.25],
  [' !,./:;[]ftI', 0.31],
  ['()-r"', 0.37],
  ['ckvxyzsJ', 0.55],
  ['+<=>~^', 0.7],
  ['ABEKPSVXY&', 0.72],
  ['CDHNRUw', 0.79],
  ['GOQ', 0.84],
  ['Mm', 0.94],
  ['W%', 1.0],
];
const OTHERS = 0.62;

const WIDTH_OF = new Map(WIDTHS.flatMap(([letters, width]) => [...letters].map((letter) => [letter, width] as const)));

/** Width of a text of the plotting library, px: generous, so that nothing is cut off. */
export function textWidth(item: { readonly fontSize?: number }, text: unknown): number {
  let width = 0;
  for (const letter of String(text ?? '')) width += WIDTH_OF.get(letter) ?? OTHERS;
  return 1.06 * width * (item.fontSize ?? 11);
}

/** The part of the playground's address that opens it with these settings; undefined for what it does not show. */
export function linkTo({ program, ...spec }) {
  return program === undefined ? `#${encodeURIComponent(JSON.stringify(spec))}` : undefined;
}

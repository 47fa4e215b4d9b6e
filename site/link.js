/** The part of the playground's address that opens it with these settings; undefined for what it does not show. */
export const linkTo = (spec) => `#${encodeURIComponent(JSON.stringify(spec))}`;

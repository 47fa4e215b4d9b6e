/** Standard input of the command; only one runs at a time. */
export const standardInput = { text: '' };

/** What a command reads as its standard input; there is one command at a time. */
export const standardInput = { text: '' };

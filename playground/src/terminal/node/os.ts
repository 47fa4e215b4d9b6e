// Replaces `node:os`.
export const hostname = () => 'browser';
export const availableParallelism = () => 1;
export const tmpdir = () => '/tmp';
export const EOL = '\n';

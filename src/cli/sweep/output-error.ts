/** Results cannot be written; what has been written is whole rows, and stays. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

/** Runs something that writes, and says which file it was about when that fails. */
export function writing<T>(file: string, write: () => T, kept = ''): T {
  try {
    return write();
  } catch (error) {
    throw new OutputError(`${file}: cannot be written: ${(error as Error).message}${kept}`);
  }
}

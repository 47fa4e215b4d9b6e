// Replaces src/cli/version.ts, which looks for package.json on a disk.
import information from '../../../../package.json' with { type: 'json' };

export function packageInfo(): { readonly name: string; readonly version: string } {
  const { name, version } = information;
  return { name, version };
}

// What is packed has no `prepare` script, of which npm warns those who install it; a git clone needs one. Nor
// has it `allowScripts`, which is about packages that only the clone installs.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const WHOLE = 'package.json.whole';

if (process.argv[2] === 'pack') {
  const text = readFileSync('package.json', 'utf8');
  const manifest = JSON.parse(text);
  delete manifest.scripts.prepare;
  delete manifest.allowScripts;
  writeFileSync(WHOLE, text);
  writeFileSync('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
} else if (existsSync(WHOLE)) {
  renameSync(WHOLE, 'package.json');
}

// What is packed has no `prepare` script: npm would warn whoever installs it. A git clone needs one.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const WHOLE = 'package.json.whole';

if (process.argv[2] === 'pack') {
  const text = readFileSync('package.json', 'utf8');
  const manifest = JSON.parse(text);
  delete manifest.scripts.prepare;
  writeFileSync(WHOLE, text);
  writeFileSync('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
} else if (existsSync(WHOLE)) {
  renameSync(WHOLE, 'package.json');
}

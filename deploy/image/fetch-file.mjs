// Downloads a file, unless it exists:
//
//   node fetch-file.mjs URL SHA256 FILE
//
// An existing file with the digest is kept, and no network is needed. One with another digest is an
// error, and is not replaced.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const [url = '', digest = '', file = ''] = process.argv.slice(2);
if (!/^[0-9a-f]{64}$/.test(digest) || file === '') {
  console.error('Cannot fetch: expected a URL, a SHA-256 digest and a file');
  process.exit(2);
}

if (existsSync(file)) {
  check(readFileSync(file), file);
  console.log(`${file} is there.`);
} else {
  const response = await fetch(url, { signal: AbortSignal.timeout(120_000) }).catch(fail);
  if (!response.ok) fail({ message: `the server says ${response.status}, expected 200` });
  const bytes = new Uint8Array(await response.arrayBuffer());
  check(bytes, url);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, bytes, { flush: true });
  renameSync(`${file}.part`, file);
  console.log(`${file}: ${bytes.length} bytes from ${url}`);
}

function check(bytes, name) {
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found === digest) return;
  console.error(`Cannot use "${name}": its SHA-256 is ${found}, expected ${digest}`);
  process.exit(1);
}

function fail({ message, cause }) {
  console.error(`Cannot fetch "${url}": ${cause?.message ?? message}`);
  console.error(`  Put the file there by other means: kubectl cp FILE POD:${file}`);
  process.exit(1);
}

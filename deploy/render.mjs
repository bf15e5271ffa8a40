// Renders what the recipe's steps apply as single files from the kustomize directories that are
// their source:
//
//   node deploy/render.mjs        needs kubectl
//
// A test tells when a file and its source differ.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** File below `deploy/kubernetes/recipes/deepseek-v32-fp4` → its source, from there. */
export const RENDERED = {
  'model-cache/trace.yaml': '../../trace',
  'trtllm/agg-round-robin/deploy.yaml': 'source/agg-round-robin',
  'trtllm/agg-round-robin/perf.yaml': '../../overlays/agg-round-robin',
  'trtllm/disagg-kv-router/deploy.yaml': 'source/disagg-kv-router',
  'trtllm/disagg-kv-router/perf.yaml': '../../overlays/disagg-kv',
  'trtllm/compare.yaml': '../../compare',
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const recipe = fileURLToPath(new URL('kubernetes/recipes/deepseek-v32-fp4/', import.meta.url));
  for (const [file, source] of Object.entries(RENDERED)) {
    const text = execFileSync('kubectl', ['kustomize', source], { cwd: recipe, encoding: 'utf8' });
    const from = join('deploy/kubernetes/recipes/deepseek-v32-fp4', source);
    writeFileSync(join(recipe, file), `# Made by deploy/render.mjs from ${from}.\n${text}`);
  }
}

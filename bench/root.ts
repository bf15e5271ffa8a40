/**
 * The root of the tree, as a URL with a slash at its end. The compiled harness lies two directories
 * below it, its source one.
 */
export const ROOT = new URL(import.meta.url.endsWith('.ts') ? '../' : '../../', import.meta.url);

/**
 * The root of the tree, as a URL with a slash at its end. The compiled harness lies three
 * directories below it, its source two.
 */
export const ROOT = new URL(
  import.meta.url.endsWith('.ts') ? '../../' : '../../../',
  import.meta.url,
);

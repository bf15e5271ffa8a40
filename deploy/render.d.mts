export const RENDERED: Readonly<Record<string, string>>;

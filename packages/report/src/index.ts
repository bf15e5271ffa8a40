export { RunData } from './data/run-data.ts';
export { renderRunPage, renderRunPlots } from './run-page.ts';

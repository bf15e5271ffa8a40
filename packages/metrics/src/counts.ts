// What the threads of a run count by. They load no schema, which takes longer than all they do
// before the first row. It may change with any release.
export {
  addLogCounts,
  countDuration,
  createLogCounts,
  type LogCounts,
  quantileOf,
} from './count/log-counts.ts';
export { RECORD_SCHEMA_VERSION } from './record/schema-version.ts';

/** Version of the record's shape. It changes when a field changes its meaning or goes away. */
export const RECORD_SCHEMA_VERSION = 1;

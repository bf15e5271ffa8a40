import { formatObjectives } from '@trace-replay/metrics';
import { DEFAULT_OBJECTIVES } from '@trace-replay/metrics/internal';
import * as z from 'zod';

import { EXPORT_FORMATS } from '../artifacts/export-records.ts';

/** Which errors of the measurement end a run with 5; `docs/fidelity.md` has the two rules. */
const FIDELITY_GATES = ['headline', 'strict', 'off'] as const;

/** A gate was open or shut once: `--no-fidelity-gate`, and true or false from elsewhere. */
function gateOf(value: unknown): unknown {
  if (value === true || value === 'true') return 'headline';
  return value === false || value === 'false' ? 'off' : value;
}

/** Options of the command beyond the replay itself: objectives, artifacts, progress, conditions. */
export const commandOptionsSchema = z.strictObject({
  config: z.string().optional().describe('YAML or JSON file with flags; see docs/configuration.md'),
  apiKeyEnv: z.string().optional().describe('environment variable that holds the API key'),
  apiKeyFile: z.string().optional().describe('file that holds the API key'),
  ca: z.string().optional().describe('PEM file with the authorities to trust'),
  cert: z.string().optional().describe('PEM file with our certificate'),
  key: z.string().optional().describe('PEM file with its key'),
  insecure: z.boolean().optional().describe('accept any certificate'),
  goodput: z
    .string()
    .default(formatObjectives(DEFAULT_OBJECTIVES))
    .describe('objectives in ms that a good request keeps, as tag:limit pairs'),
  artifactDir: z.string().min(1).default('artifacts').describe('directory for the runs'),
  name: z.string().default('replay').describe('name of the run'),
  progress: z
    .enum(['auto', 'plain', 'none'])
    .default('auto')
    .describe('live line on a terminal, a line every 10 s elsewhere'),
  json: z.boolean().default(false).describe('print summary.json instead of the report'),
  verbose: z.boolean().default(false).describe('print every line and figure of the report'),
  export: z
    .array(z.enum(EXPORT_FORMATS))
    .default([])
    .describe('also write the files of another tool: aiperf'),
  html: z.boolean().default(true).describe('do not write report.html'),
  failIf: z
    .array(z.string())
    .default([])
    .describe('exit 4 if this holds of the summary, such as "goodput.fraction<0.95"'),
  fidelityGate: z
    .preprocess(gateOf, z.enum(FIDELITY_GATES).default('headline'))
    .describe('exit 5 if the measurement is invalid by this rule; off: only say so'),
  dryRun: z
    .boolean()
    .default(false)
    .describe('send nothing: show what the run asks for, and whether this machine has it'),
  startBarrier: z
    .string()
    .min(1)
    .optional()
    .describe('directory that all shards see; they agree there on when to start'),
  waitForShardsSeconds: z
    .number()
    .nonnegative()
    .default(600)
    .describe('longest wait for the other shards'),
  startLeadSeconds: z
    .number()
    .positive()
    .default(10)
    .describe('from the last shard at the barrier to the first due row'),
  serverMetrics: z
    .array(z.string().min(1))
    .default([])
    .describe('Prometheus page to scrape every second, or "off" (default: /metrics of each --url)'),
  metricsPort: z
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe('serve our own figures to Prometheus on this port; 0 for any'),
  metricsHost: z.string().min(1).default('127.0.0.1').describe('address for --metrics-port'),
});

export type CommandOptions = z.output<typeof commandOptionsSchema>;

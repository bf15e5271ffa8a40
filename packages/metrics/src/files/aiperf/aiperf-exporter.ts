import { judge } from '../../record/goodput.ts';
import { Latencies } from '../../record/latency.ts';
import { objectivesFromFile } from '../../record/objectives.ts';
import type { RequestRecord } from '../../record/record.ts';
import type { RecordExport, RecordExporter, RecordExportInput } from '../exporter.ts';
import { Gaps, Values } from './distribution.ts';
import { aiperfErrorOf, ErrorKinds } from './errors.ts';
import { renderProfileCsv, renderProfileJson } from './profile.ts';
import { gapsOf, renderLine, unixNsFrom } from './record-line.ts';
import { ERROR_INPUT, GAPS, measuredMetrics } from './request-metrics.ts';
import { runMetricsOf } from './run-metrics.ts';

/** The three files of aiperf 0.7.0; `docs/migrating-from-aiperf.md` has the differences. */
export const aiperfExporter: RecordExporter = { format: 'aiperf', begin };

function begin({ summary, histograms, zeroUnixMs }: RecordExportInput): RecordExport {
  const { run, conditions } = summary;
  const objectives = objectivesFromFile(summary.goodput?.objectives ?? []);
  const unixNs = unixNsFrom(zeroUnixMs);
  const okMetrics = measuredMetrics(summary);
  const metrics = [...okMetrics, ERROR_INPUT];
  const values = new Map(metrics.map(({ tag }) => [tag, new Values()]));
  const gaps = new Gaps();
  const errors = new ErrorKinds();
  let lengthMismatches = 0;

  const goodOf = (record: RequestRecord) => {
    const latencies = new Latencies(record);
    const isJudged = objectives.every(({ metric }) => latencies.of(metric) !== undefined);
    if (objectives.length === 0 || !isJudged) return undefined;
    return judge(record, objectives, latencies).isGoodAsAiperf;
  };
  const firstRow = conditions.trace.first_row;
  const context = { runId: run.id, firstRow, unixNs, okMetrics, goodOf };

  return {
    recordsPath: 'profile_export.jsonl',
    add(record) {
      if (record.outcome === 'not_sent') return '';
      const isOk = record.outcome === 'ok';
      for (const { tag, valueOf } of isOk ? okMetrics : [ERROR_INPUT]) {
        const value = valueOf(record);
        if (value !== undefined) values.get(tag)?.add(value);
      }
      if (isOk) {
        for (const gapNs of gapsOf(record)) gaps.add(gapNs);
        if (isLengthMismatch(record)) lengthMismatches++;
      }
      const error = aiperfErrorOf(record);
      if (error) errors.count(error);
      return renderLine(record, context);
    },
    finish() {
      const distributions = [...metrics, GAPS].flatMap((metric) => {
        const figures =
          metric === GAPS
            ? gaps.distribution(histograms.inter_chunk_latency)
            : values.get(metric.tag)?.distribution();
        return figures === undefined ? [] : [{ ...metric, figures }];
      });
      const sumOf = (tag: string) => distributions.find((each) => each.tag === tag)?.figures.sum;
      const runMetrics = runMetricsOf(summary, { of: sumOf, lengthMismatches });
      const profile = { distributions, runMetrics, errors: errors.list() };
      const json = renderProfileJson(profile, summary, unixNs);
      return [
        { path: 'profile_export_aiperf.json', text: json },
        { path: 'profile_export_aiperf.csv', text: renderProfileCsv(profile) },
      ];
    },
  };
}

/** aiperf's rule: off by more than 5 % of the length asked for, or by more than 50 tokens. */
function isLengthMismatch({ output_tokens: is, output_tokens_asked: asked }: RequestRecord) {
  return is !== undefined && Math.abs(is - asked) > Math.min(asked * 0.05, 50);
}

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

const entries: [name: string, packageName: string, entry: string][] = [
  ['metrics', 'metrics', 'index'],
  ['replayer', 'replayer', 'index'],
  ['replayer-trace', 'replayer', 'trace'],
  ['mock', 'mock', 'index'],
  ['report', 'report', 'index'],
];

test.each(entries)(
  'docs/api/%s.api.md is what the package gives its users; -u writes it',
  async (name, packageName, entry) => {
    await expect(reportOf(packageName, entry)).toMatchFileSnapshot(`../docs/api/${name}.api.md`);
  },
  120_000,
);

/** The names that an entry exports, with their types and without their docstrings. */
function reportOf(packageName: string, entry: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'trace-replay-api-'));
  const projectFolder = join(root, 'packages', packageName);
  const none = { default: { logLevel: ExtractorLogLevel.None } };
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(projectFolder, 'package.json'),
    configObject: {
      projectFolder,
      mainEntryPointFilePath: join(projectFolder, 'dist', `${entry}.d.ts`),
      compiler: { tsconfigFilePath: join(projectFolder, 'tsconfig.json') },
      apiReport: {
        enabled: true,
        reportFileName: 'report',
        reportFolder: folder,
        reportTempFolder: join(folder, 'temp'),
        // Parts of a summary and the like, which users see and do not name.
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: none,
        tsdocMessageReporting: none,
      },
    },
  });
  try {
    const { succeeded } = Extractor.invoke(config, { localBuild: true, messageCallback: quiet });
    expect(succeeded).toBe(true);
    return inOneOrder(readFileSync(join(folder, 'report.api.md'), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The compiler orders the members of a union as it met them, which differs from build to build. */
function inOneOrder(report: string): string {
  const bySort = (text: string, between: string) => text.split(between).sort().join(between);
  return report
    .replace(/"[^"\n]*"(?: \| "[^"\n]*")+/g, (union) => bySort(union, ' | '))
    .replace(/(?<=ZodEnum<\{\n)(?: *\S+: "[^"\n]*";\n)+/g, (members) =>
      bySort(members.trimEnd(), '\n').concat('\n'),
    );
}

/** Of its messages only errors matter here. */
function quiet(message: { logLevel: ExtractorLogLevel; handled: boolean }): void {
  if (message.logLevel !== ExtractorLogLevel.Error) message.handled = true;
}

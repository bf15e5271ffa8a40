import { relative } from 'node:path';

/** A reporter for vitest that names the tests that were skipped; titles and notes say why. */
export default class SkippedReporter {
  #vitest;

  onInit(vitest) {
    this.#vitest = vitest;
  }

  onTestRunEnd(testModules) {
    // Whoever asks for some tests by name knows that others are skipped.
    if (this.#vitest.config.testNamePattern) return;
    for (const testModule of testModules) {
      const file = relative(this.#vitest.config.root, testModule.moduleId);
      for (const { name, count } of skippedBelow(testModule)) {
        console.log(`Skipped ${count} of ${file}: ${name}`);
      }
    }
  }
}

/** The outermost parts of a file of which nothing ran, with the number of their tests. */
function skippedBelow(parent) {
  return parent.children.array().flatMap((child) => {
    if (child.type === 'test') {
      const { state, note } = child.result();
      const name = note === undefined ? child.name : `${child.name} (${note})`;
      return state === 'skipped' ? [{ name, count: 1 }] : [];
    }
    const tests = [...child.children.allTests()];
    const isWholly = tests.every((test) => test.result().state === 'skipped');
    return isWholly ? [{ name: child.fullName, count: tests.length }] : skippedBelow(child);
  });
}

import { workerData } from 'node:worker_threads';

import { type AlarmData, openAlarmMemory } from './alarm-memory.ts';

// The thread's entry point. It has no event loop: it sleeps on a word of shared memory, which the
// kernel ends some 0.1 ms after the time asked for, where a timer of Node knows whole milliseconds.
const { shared, ports } = workerData as AlarmData;
const { changes, instantsNs } = openAlarmMemory(shared);

for (;;) {
  // Before the instants: what is set after this reading ends the sleep at once.
  const seen = Atomics.load(changes, 0);
  const nowNs = process.hrtime.bigint();
  let restNs = Infinity;
  for (let slot = 0; slot < instantsNs.length; slot++) {
    const atNs = Atomics.load(instantsNs, slot);
    if (atNs === 0n) continue;
    if (atNs > nowNs) restNs = Math.min(restNs, Number(atNs - nowNs));
    // Unless it has just been set anew.
    else if (Atomics.compareExchange(instantsNs, slot, atNs, 0n) === atNs) {
      ports[slot]?.postMessage(undefined);
    }
  }
  Atomics.wait(changes, 0, seen, restNs / 1e6);
}

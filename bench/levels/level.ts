import type { Client } from '../clients/client.ts';
import type { Subject } from './pairs.ts';
import type { Target } from '../figures/targets.ts';

/** The clients at hand; a floor is absent where it could not be built. */
export interface Clients {
  readonly replay: Client;
  /** For a constant rate: the referee's where it is there, else our own. */
  readonly uniformFloor?: Client;
  /** Our own, for any schedule. */
  readonly floor?: Client;
  /** The least that a client on undici does. */
  readonly plainUndici: Client;
  readonly aiperf: readonly Client[];
}

/** A load under which clients are compared. */
export interface Level {
  /** As in `--level`. */
  readonly name: string;
  readonly title: string;
  /** @param isQuick shorter runs, to see that all works; their figures are not to be quoted */
  subjects(clients: Clients, isQuick: boolean): readonly Subject[];
  targets(clients: Clients): readonly Target[];
}

/** The floor once more, under another name: how far two equal runs lie apart on this machine. */
export const CONTROL = 'floor again';

import { OptionsError } from '../errors/errors.ts';
import type { CreateTransport } from './transport.ts';

/** A program's way to the server. */
export interface GivenTransport {
  readonly create: CreateTransport;
  /** Of its module; absent for a function, which only the calling thread has. */
  readonly url?: string | undefined;
}

/**
 * Takes a function, or the URL of a module that exports one.
 *
 * @throws {OptionsError} if there is no such module, or no such function in it
 */
export async function takeTransport(
  given: CreateTransport | string | URL | undefined,
): Promise<GivenTransport | undefined> {
  if (given === undefined || typeof given === 'function') return given && { create: given };
  const url = String(given);
  return { create: await importTransport(url), url };
}

/**
 * Imports a module that exports a transport by the name `createTransport`.
 *
 * @param url of the module, such as `file:///home/me/transport.mjs`
 * @throws {OptionsError} if there is no such module, or no such function in it
 */
export async function importTransport(url: string): Promise<CreateTransport> {
  let module: { readonly createTransport?: unknown };
  try {
    module = (await import(url)) as typeof module;
  } catch (error) {
    const { message } = error as Error;
    throw new OptionsError(
      `Cannot import transport "${url}": ${message.split('\n', 1).join()}` +
        '\n  Pass the URL of a module, such as new URL("./transport.mjs", import.meta.url).',
      'transport',
    );
  }
  if (typeof module.createTransport === 'function') {
    return module.createTransport as CreateTransport;
  }
  throw new OptionsError(
    `Cannot use transport "${url}": "createTransport" is ${typeof module.createTransport},` +
      ' expected a function that the module exports',
    'transport',
  );
}

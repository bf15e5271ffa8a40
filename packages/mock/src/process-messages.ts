import type { MockOptionsInput } from './scenario/options.ts';

/** What is said to a mock's process, once. Its channel closing means: end. */
export interface ToMock {
  readonly type: 'start';
  readonly options: MockOptionsInput;
}

/** What a mock's process answers, once. */
export type FromMock =
  | { readonly type: 'listening'; readonly url: string }
  | { readonly type: 'failed'; readonly message: string };

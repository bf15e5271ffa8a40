/** The value of a header, by its name in lower case, from undici's list of names and values. */
export function header(rawHeaders: readonly Buffer[], name: string): string | undefined {
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const key = rawHeaders[i];
    if (key?.length === name.length && key.toString('latin1').toLowerCase() === name) {
      return rawHeaders[i + 1]?.toString('latin1');
    }
  }
  return undefined;
}

/** A content type without its parameters, in lower case. */
export function mediaType(contentType: string | undefined): string | undefined {
  return contentType?.split(';')[0]?.trim().toLowerCase();
}

export function isEventStream(contentType: string | undefined): boolean {
  return mediaType(contentType) === 'text/event-stream';
}

/** Chunked and nothing else. */
export function isChunked(rawHeaders: readonly Buffer[]): boolean {
  return header(rawHeaders, 'transfer-encoding')?.trim().toLowerCase() === 'chunked';
}

export function isIdentity(contentEncoding: string | undefined): boolean {
  return contentEncoding === undefined || contentEncoding.trim().toLowerCase() === 'identity';
}

interface ServerSentEvent {
  id: string | undefined;
  data: unknown;
}

/** A client of server-sent events, as a browser's EventSource is one. */
export class ServerSentEvents {
  private readonly events: AsyncGenerator<ServerSentEvent, void, void>;

  private constructor(
    response: Response,
    private readonly abort: AbortController,
  ) {
    // Begun at once: a response that is collected takes a body along that nobody reads yet.
    this.events = parse(response.body!.pipeThrough(new TextDecoderStream()));
  }

  /** Resolves once the response has begun, that is when the server listens on our behalf. */
  static async connect(url: string): Promise<ServerSentEvents> {
    const abort = new AbortController();
    const response = await fetch(url, { headers: { accept: 'text/event-stream' }, signal: abort.signal });
    return new ServerSentEvents(response, abort);
  }

  /** The next event; undefined when the server has ended the stream. */
  async next(): Promise<ServerSentEvent | undefined> {
    const { value } = await this.events.next();
    return value ?? undefined;
  }

  disconnect(): void {
    this.abort.abort();
  }
}

async function* parse(body: ReadableStream<string>) {
  let text = '';
  for await (const chunk of body) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) if (block.includes('data:')) yield parseBlock(block);
  }
}

function parseBlock(block: string): ServerSentEvent {
  const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1];
  return { id: field('id'), data: JSON.parse(field('data')!) };
}

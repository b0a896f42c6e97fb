import type { AddressInfo, Server as NetServer } from 'node:net';
import { ClientTCP, type CustomTransportStrategy, Server, ServerTCP } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';

const host = '127.0.0.1';

/** How messages come to an application under test. */
export interface MessageTransport {
  readonly server: CustomTransportStrategy;
  /** Sends a message, and answers what its handler does. Rejects where nobody answers. */
  send(pattern: string, data?: unknown): Promise<unknown>;
  /** Sends a message that nobody answers. */
  emit(pattern: string, data?: unknown): Promise<unknown>;
  /** Lets go of the client's end. */
  close(): void;
}

/** Nest's own, over a port that is free. */
export function overTcp(): MessageTransport {
  const server = new ServerTCP({ host, port: 0 });
  let connected: ClientTCP | undefined;
  const client = (): ClientTCP => {
    const { port } = server.unwrap<NetServer>().address() as AddressInfo;
    return (connected ??= new ClientTCP({ host, port }));
  };
  return {
    server,
    send: async (pattern, data = {}) => lastValueFrom<unknown>(client().send(pattern, data)),
    emit: async (pattern, data = {}) =>
      lastValueFrom<unknown, undefined>(client().emit(pattern, data), { defaultValue: undefined }),
    close: () => connected?.close(),
  };
}

/** One that brings messages whenever it likes, before it listens and after it was closed as well. */
export function inProcess(): MessageTransport {
  const server = new ReadyServer();
  const deliver = async (pattern: string, data?: unknown): Promise<unknown> => server.deliver(pattern, data);
  return { server, send: deliver, emit: deliver, close: () => {} };
}

class ReadyServer extends Server implements CustomTransportStrategy {
  async deliver(pattern: string, data: unknown): Promise<unknown> {
    const handler = this.getHandlerByPattern(pattern)!;
    return lastValueFrom<unknown, undefined>(this.transformToObservable(await handler(data)), {
      defaultValue: undefined,
    });
  }

  listen(listening: () => void): void {
    listening();
  }

  close(): void {}

  on(): void {}

  unwrap<T>(): T {
    throw new Error('There is nothing behind it.');
  }
}

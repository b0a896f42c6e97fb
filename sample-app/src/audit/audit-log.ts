import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { BusEvent, OnEvent } from 'nestjs-event-bus';
import { DataDirectory } from '../settings/data-directory.js';

/** Appends one line of JSON for each webhook: that it came and when, not what was in it. */
@Injectable()
export class AuditLog implements OnModuleInit, OnApplicationShutdown {
  private file!: WriteStream;

  constructor(private readonly directory: DataDirectory) {}

  async onModuleInit(): Promise<void> {
    this.file = createWriteStream(this.directory.pathOf('audit.jsonl'), { flags: 'a', flush: true });
    await once(this.file, 'open');
    this.file.on('error', () => {}); // each write that fails says so to its own callback
  }

  /**
   * Done when the line is written, so a full disk shows as a failed handler and the event is not taken for audited. When the
   * disk is slow the queue fills up, and then webhooks wait to be answered: no event is left out.
   */
  @OnEvent('github:**', { queue: { overflow: 'wait' } })
  onWebhook(_payload: unknown, { id, topic, timestamp, source, metadata }: BusEvent): Promise<void> {
    const line = JSON.stringify({ id, topic, timestamp, source, deliveryId: metadata['deliveryId'] });
    return new Promise((resolve, reject) => {
      this.file.write(`${line}\n`, (error) => (error ? reject(error) : resolve()));
    });
  }

  async onApplicationShutdown(): Promise<void> {
    this.file.end();
    if (!this.file.closed) await once(this.file, 'close');
  }
}

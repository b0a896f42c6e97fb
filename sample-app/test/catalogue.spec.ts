import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import { catalogue, toMarkdown } from 'nestjs-event-bus/catalog';
import { AppModule } from '../src/app.module.js';

describe('The catalogue of the sample', () => {
  it('is what docs/events.md says: “npm run catalog:sample” makes it anew', async () => {
    const app = await NestFactory.createApplicationContext(AppModule, { preview: true, logger: false });
    const found = catalogue(app);
    await app.close();
    const page = readFileSync(new URL('../docs/events.md', import.meta.url), 'utf8');
    expect(toMarkdown(found, { title: 'Events of the webhook hub' })).toBe(page);
    expect(found.findings).toEqual([]);
  });
});

import { readFile } from 'node:fs/promises';
import { ConflictException, Injectable, ServiceUnavailableException } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { EventBus, StartupStep, external } from 'nestjs-event-bus';
import { Settings } from '../settings/settings.js';
import { unseal } from './seal.js';
import { checkSecrets } from './secrets.js';
import type { Secrets } from './secrets.js';

declare module 'nestjs-event-bus' {
  interface EventMap {
    'vault:opened': { readonly by: 'the environment' | 'a person' };
    /** The names of what it holds. */
    'vault:ready_for_data': { readonly holds: readonly string[] };
  }
}

/** Keeps the secrets. They are in no event: who needs one asks here. */
@Injectable()
export class Vault implements OnModuleInit {
  private content: unknown;
  private known: Secrets | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly bus: EventBus,
  ) {}

  /** Opens what needs nobody to type a key. A wrong one in the environment fails the start. */
  async onModuleInit(): Promise<void> {
    const { vault } = this.settings;
    if ('secrets' in vault) this.content = vault.secrets;
    else if (vault.key === undefined) return;
    else this.content = await readVault(vault.file, vault.key);
    this.bus.emit('vault:opened', { by: 'the environment' });
  }

  /** @throws WrongKeyError; ConflictException where it is open */
  async unseal(key: string): Promise<void> {
    const { vault } = this.settings;
    const content = 'file' in vault && !this.isOpen ? await readVault(vault.file, key) : undefined;
    if (this.isOpen) throw new ConflictException('The vault is open.');
    this.content = content;
    this.bus.emit('vault:opened', { by: 'a person' });
  }

  @StartupStep({ after: external('vault:opened', { timeout: Infinity }), emits: 'vault:ready_for_data' })
  readSecrets(): { holds: string[] } {
    this.known = checkSecrets(this.content);
    return { holds: Object.keys(this.known) };
  }

  /** @throws ServiceUnavailableException while it is sealed */
  get secrets(): Secrets {
    if (this.known === undefined) throw new ServiceUnavailableException('The vault is sealed.');
    return this.known;
  }

  private get isOpen(): boolean {
    return this.content !== undefined;
  }
}

async function readVault(file: string, key: string): Promise<unknown> {
  return JSON.parse(await unseal(await readFile(file, 'utf8'), key)) as unknown;
}

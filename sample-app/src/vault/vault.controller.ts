import {
  BadRequestException,
  Body,
  Controller,
  ForbiddenException,
  HttpCode,
  HttpStatus,
  Post,
} from '@nestjs/common';
import { WrongKeyError } from './seal.js';
import { Vault } from './vault.js';

@Controller('vault')
export class VaultController {
  constructor(private readonly vault: Vault) {}

  /** Takes `{ "key": "…" }`, as bytes like all bodies here. */
  @Post('unseal')
  @HttpCode(HttpStatus.OK)
  async unseal(@Body() body: unknown): Promise<{ opened: true }> {
    try {
      await this.vault.unseal(readKey(body));
      return { opened: true };
    } catch (error) {
      if (error instanceof WrongKeyError) throw new ForbiddenException(error.message, { cause: error });
      throw error;
    }
  }
}

function readKey(body: unknown): string {
  try {
    const { key } = JSON.parse(String(body)) as { key?: unknown };
    if (typeof key === 'string' && key !== '') return key;
  } catch {
    // Neither is told what was wrong with it, which would repeat it.
  }
  throw new BadRequestException('The body has to be JSON: { "key": "…" }.');
}

import { BadRequestException, Injectable, UnauthorizedException } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { verify } from '@octokit/webhooks-methods';
import type { Request } from 'express';
import { Vault } from '../vault/vault.js';

/** Lets a request pass when its raw body carries GitHub's signature. Nothing of the body is looked at before. */
@Injectable()
export class GithubSignatureGuard implements CanActivate {
  constructor(private readonly vault: Vault) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    if (!Buffer.isBuffer(request.body) || request.body.length === 0)
      throw new BadRequestException('The body is empty.');

    const signature = request.header('x-hub-signature-256');
    if (!signature) throw new UnauthorizedException('The header x-hub-signature-256 is missing.');
    if (!(await verify(this.vault.secrets.webhookSecret, request.body.toString('utf8'), signature))) {
      throw new UnauthorizedException('The signature does not fit the body and the secret.');
    }
    return true;
  }
}

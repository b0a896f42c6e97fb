import { Injectable, UnauthorizedException } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { Identity } from './identity.js';

/** Lets requests of administrators pass: those with `authorization: Bearer <token>`. */
@Injectable()
export class AdministratorGuard implements CanActivate {
  constructor(private readonly identity: Identity) {}

  canActivate(context: ExecutionContext): boolean {
    const header = context.switchToHttp().getRequest<Request>().header('authorization');
    const token = /^Bearer (.+)$/.exec(header ?? '')?.[1];
    if (token === undefined) throw new UnauthorizedException('This takes the token of an administrator.');
    if (this.identity.administratorWith(token) === undefined)
      throw new UnauthorizedException('No administrator has this token.');
    return true;
  }
}

import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';

const CIPHER = 'aes-256-gcm';

/** The key doesn't open what it was tried on. */
export class WrongKeyError extends Error {}

/** A text that only the key makes readable again. */
export async function seal(text: string, key: string): Promise<string> {
  const salt = randomBytes(16);
  const iv = randomBytes(12);
  const cipher = createCipheriv(CIPHER, await stretch(key, salt), iv);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return [salt, iv, cipher.getAuthTag(), sealed].map((part) => part.toString('base64')).join('.');
}

/** @throws WrongKeyError also for what was tampered with: the two can't be told apart */
export async function unseal(sealed: string, key: string): Promise<string> {
  const [salt, iv, tag, text] = sealed
    .trim()
    .split('.')
    .map((part) => Buffer.from(part, 'base64'));
  if (!salt || iv?.length !== 12 || tag?.length !== 16 || !text)
    throw new Error('The vault file is not one.');
  const decipher = createDecipheriv(CIPHER, await stretch(key, salt), iv, { authTagLength: 16 });
  decipher.setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
  } catch (error) {
    throw new WrongKeyError('The key does not open the vault.', { cause: error });
  }
}

/** Slow on purpose: so is guessing. */
const stretch = promisify<string, Buffer, Buffer>((key, salt, done) => scrypt(key, salt, 32, done));

import { describe, expect, it } from '@jest/globals';
import { secretNames } from '../../src/logging/secret-names.js';

const isSecret = secretNames(['iban', 'Member-Id']);

describe('A name is that of a secret', () => {
  it.each([
    ...['password', 'PASSWORD', 'userPassword', 'db_password_2', 'passwd', 'passphrase', 'pwd', 'userPwd'],
    ...['secret', 'clientSecret', 'secrets', 'token', 'access_token', 'X-CSRF-Token', 'refreshTokens'],
    ...['authorization', 'Proxy-Authorization', 'cookie', 'Set-Cookie', 'auth', 'basicAuth', 'jwt', 'pin'],
    ...['apiKey', 'api_key', 'API-KEY', 'APIKEY', 'x-api-key', 'api.key', 'api key', 'ａｐｉＫｅｙ'],
    ...['privateKey', 'private_key_pem', 'accessKeyId', 'unsealKeys', 'credentials', 'AWSCredential'],
    ...['cardNumber', 'cvv', 'pin1', 'otp', 'ssn', 'session_id', 'DATABASE_DSN', 'connectionString'],
  ])('that is usual, in any spelling: %s', (name) => {
    expect(isSecret(name)).toBe(true);
  });

  it.each(['iban', 'IBAN', 'customerIban', 'customer_iban', 'memberId', 'MEMBER_ID', 'theMemberID'])(
    'that was given, in any spelling, as words of it: %s',
    (name) => {
      expect(isSecret(name)).toBe(true);
      expect(secretNames()(name)).toBe(false);
    },
  );

  it.each([
    'id',
    'author',
    'passenger',
    'compass',
    'pinned',
    'spin',
    'urbane',
    'ibanez',
    'members',
    'key',
    '',
  ])('not because of letters inside another word: %s', (name) => {
    expect(isSecret(name)).toBe(false);
  });

  it('when it is too long to be read', () => {
    expect(isSecret('x'.repeat(257))).toBe(true);
    expect(isSecret('x'.repeat(256))).toBe(false);
  });

  it('however many there are', () => {
    for (let n = 0; n < 3_000; n++) isSecret(`name${n}`);
    expect(isSecret('password')).toBe(true);
    expect(isSecret('name1')).toBe(false);
  });
});

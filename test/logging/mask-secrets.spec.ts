import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maskedText, maskSecrets } from '../../src/logging/mask-secrets.js';
import { secretNames } from '../../src/logging/secret-names.js';

const isSecret = secretNames();
const masked = (text: string): string => maskSecrets(text, isSecret);

describe('In a text, what is recognisably secret is masked:', () => {
  it.each([
    ['https://ann:hunter2@host/path', 'https://[Redacted]@host/path'],
    ['https://hunter2@github.com/a', 'https://[Redacted]@github.com/a'],
    ['postgres://ann:hun/t@er2@db:5432/x', 'postgres://[Redacted]@db:5432/x'],
    ['connect redis://:hunter2@cache failed', 'connect redis://[Redacted]@cache failed'],
    ['https://host/?a=1&access_token=hunter2&b=2#c', 'https://host/?a=1&access_token=[Redacted]&b=2#c'],
    ['https://host/#id_token=hunter2', 'https://host/#id_token=[Redacted]'],
    ['password=hunter2', 'password=[Redacted]'],
    ['password = hunter2, user = ann', 'password = [Redacted], user = ann'],
    ['password=hun,ter2 next', 'password=[Redacted] next'],
    ['PASSWORD: hunter2', 'PASSWORD: [Redacted]'],
    ["login({ password: 'hunter2', id: 5 })", "login({ password: '[Redacted]', id: 5 })"],
    ['{"password":"hun\\"ter2","id":5}', '{"password":"[Redacted]","id":5}'],
    ['"{\\"password\\":\\"hunter2\\",\\"id\\":5}"', '"{\\"password\\":\\"[Redacted]\\",\\"id\\":5}"'],
    ['{"password":"hunter2', '{"password":"[Redacted]"'],
    ['{"pin":12345}', '{"pin":[Redacted]'],
    ['secrets: { a: "hunter2" }\n    at f (x.js:1:1)', 'secrets: [Redacted]\n    at f (x.js:1:1)'],
    ['api_key => "hunter2"', 'api_key => "[Redacted]"'],
    ['Authorization: Bearer hunter2.abc', 'Authorization: [Redacted]'],
    ['Cookie: a=hunter2; b=hunter2\nHost: x', 'Cookie: [Redacted]\nHost: x'],
    ['sent Bearer hunter2abc to x', 'sent Bearer [Redacted] to x'],
    ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln.', 'jwt [Redacted]'],
    ['ghp_0123456789abcdefghij leaked', '[Redacted] leaked'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----!', '[Redacted]!'],
    ['-----BEGIN PRIVATE KEY-----\nMII', '[Redacted]'],
  ])('%s', (text, expected) => {
    expect(masked(text)).toBe(expected);
    expect(masked(masked(text))).toBe(expected);
  });

  it.each([
    'Unexpected token in JSON at position 4',
    'no answer from http://localhost:3000/a?email=ann@example.com',
    '    at refresh (/app/token.service.ts:12:34)',
    '    at Auth.refresh (file:///app/dist/secret.mjs:1:2)',
    'No event for "token:issued" within 5 ms.',
    'Error: password is missing',
    'a=b c: d "e":"f"',
  ])('but not %s', (text) => {
    expect(masked(text)).toBe(text);
  });

  it('whatever stands around it', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9 .,;:=?&{}[\]()/_-]{0,30}$/);
    const pair = fc.constantFrom('password=HUNTER', '"apiKey":"HUNTER"', 'token: HUNTER2', 'x://u:HUNTER@h');
    fc.assert(
      fc.property(word, pair, word, (before, secret, after) => {
        expect(masked(`${before} ${secret} ${after}`)).not.toContain('HUNTER');
      }),
      { numRuns: 2_000 },
    );
  });

  it('in a time that grows with the text, whatever it is', () => {
    const parts = [
      'a://',
      'x:',
      'a',
      'password="',
      '"',
      'token=',
      '\\',
      'a://b:',
      'eyJ',
      'secret:{',
      '\n ',
      '@',
    ];
    const text = parts.map((part) => part.repeat(2_000)).join('secret:[');
    expect(masked(text)).toContain('[Redacted]');
  }, 5_000);
});

describe('A long text', () => {
  it('is cut, with its size told', () => {
    expect(maskedText('x'.repeat(5_000), 10, isSecret)).toBe(`${'x'.repeat(10)}… (5000 characters)`);
    expect(maskedText('x'.repeat(10), 10, isSecret)).toBe('x'.repeat(10));
  });

  it('has no part of a secret where it is cut', () => {
    for (const secret of [
      'https://u:hunter2@host',
      '"password":"hunter2"',
      'token=hunter2',
      'Bearer hunter2',
    ]) {
      for (let length = 1; length <= secret.length + 10; length++) {
        for (const rest of ['', ' '.repeat(1_000), 'y'.repeat(1_000)]) {
          const text = `${secret}${rest}`;
          expect(maskedText(text, length, isSecret)).not.toMatch(/hunt/);
        }
      }
    }
  });

  it('has no part of a known secret either', () => {
    const known = 'k'.repeat(2_000);
    expect(maskedText(`is ${known}`, 10, isSecret, [known])).toMatch(/^is \[Redact… \(2003/);
    expect(maskedText('it was hunter2', 100, isSecret, ['hunter2'])).toBe('it was [Redacted]');
  });
});

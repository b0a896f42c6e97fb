/** What a name that is spelt in any way may contain: letters and digits alone, in lower case. */
const PARTS = [
  'password',
  'passwd',
  'passphrase',
  'passcode',
  'secret',
  'token',
  'authorization',
  'authentication',
  'cookie',
  'credential',
  'apikey',
  'accesskey',
  'privatekey',
  'signingkey',
  'encryptionkey',
  'masterkey',
  'sshkey',
  'unsealkey',
  'connectionstring',
  'sessionid',
  'creditcard',
  'cardnumber',
];

/** Too short to be looked for inside other words. */
const WORDS = [
  'auth',
  'bearer',
  'pass',
  'pwd',
  'pw',
  'pin',
  'otp',
  'totp',
  'cvv',
  'cvc',
  'ssn',
  'jwt',
  'dsn',
];

/** A name that is longer than this is read no further, and counts as secret. */
const MAX_LENGTH = 256;
/** For how many names the answer is kept ready. */
const MEMORY = 1_000;

/** Whether what stands under that name in an object, a query or a text is a secret. */
export type IsSecret = (name: string) => boolean;

/**
 * Judges names, however they are spelt: `apiKey`, `API_KEY` and `x-api-key` are one.
 *
 * @param keys more names than the usual ones; each is found as a word, or as several words, of a name
 */
export function secretNames(keys: readonly string[] = []): IsSecret {
  const words = new Set([...WORDS, ...keys.map(lettersOf)].filter((key) => key !== ''));
  const known = new Map<string, boolean>();
  return (name) => {
    if (name.length > MAX_LENGTH) return true;
    let answer = known.get(name);
    if (answer === undefined) {
      const letters = lettersOf(name);
      answer = PARTS.some((part) => letters.includes(part)) || hasRun(wordsOf(name), words);
      if (known.size >= MEMORY) known.clear();
      known.set(name, answer);
    }
    return answer;
  };
}

/** Whether some of the words, one after another, are one of those. */
function hasRun(all: readonly string[], wanted: ReadonlySet<string>): boolean {
  return all.some((_, from) => {
    let run = '';
    return all.slice(from).some((word) => {
      run += word;
      return wanted.has(run) || wanted.has(run.replace(/\p{N}+$/u, ''));
    });
  });
}

function lettersOf(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}

/** `['user', 'api', 'key']` for `userAPIKey`, `user_api_key` and `User-Api-Key`. */
function wordsOf(name: string): readonly string[] {
  return name
    .normalize('NFKC')
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

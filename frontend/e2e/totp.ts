import { createHmac } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const PERIOD_MS = 30_000;
const TYPING_MS = 8_000; // and proving oneself, and sending it again

function bytesOf(secret: string): Buffer {
  const bits = [...secret].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}

const periodNow = () => Math.floor(Date.now() / PERIOD_MS);

/** What an authenticator app shows (RFC 6238). */
function codeOf(secret: string, period: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(period));
  const digest = createHmac('sha1', bytesOf(secret)).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** An app with one secret. No code is shown twice, as the server takes each once, nor shortly before its end. */
export class AuthenticatorApp {
  private last = 0;

  constructor(private readonly secret: string) {}

  async code(): Promise<string> {
    while (periodNow() <= this.last || Date.now() % PERIOD_MS > PERIOD_MS - TYPING_MS)
      await new Promise((resolve) => setTimeout(resolve, 250));
    this.last = periodNow();
    return codeOf(this.secret, this.last);
  }
}

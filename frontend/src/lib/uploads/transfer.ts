import type { Upload } from '@/lib/api/upload-types';
import { ApiError } from '@/lib/api/errors';
import type { SendOptions, UploadTarget } from '@/lib/api/uploads';
import { heldParts, partsOf, type Part } from '@/lib/uploads/parts';
import { isWorthRetrying, pauseAfter, TRIES, wait } from '@/lib/uploads/retry';
import { Speed } from '@/lib/uploads/speed';

/** Above this a file goes in parts, and can go on after an interruption. */
export const WHOLE_BYTES = 8_000_000;
const PARALLEL = 3;

export type TransferState = 'sending' | 'retrying' | 'paused' | 'finishing' | 'done' | 'failed';

/** What a transfer asks of the platform. */
export interface Sender {
  sendWhole: (file: File, target: UploadTarget, options: SendOptions) => Promise<{ id: string }>;
  create: (file: File, target: UploadTarget) => Promise<Upload>;
  get: (uploadId: string) => Promise<Upload>;
  sendPart: (upload: Upload, part: { number: number; bytes: Blob }, options: SendOptions) => Promise<string>;
  complete: (uploadId: string, partIds: string[]) => Promise<Upload>;
  cancel: (uploadId: string) => Promise<unknown>;
}

export interface TransferView {
  id: number;
  name: string;
  bytes: number;
  sent: number;
  state: TransferState;
  uploadId: string | null;
  fileId: string | null;
  bytesPerSecond: number | null;
  error: unknown;
}

let lastId = 0;

/** One file on its way. It tells `onChange` of everything that a page shows. */
export class Transfer {
  readonly id = ++lastId;
  private state: TransferState = 'sending';
  private error: unknown = null;
  private fileId: string | null = null;
  private abort = new AbortController();
  private readonly held = new Map<number, string>();
  private readonly underWay = new Map<number, number>(); // part -> bytes that left
  private readonly speed = new Speed();

  constructor(
    private readonly file: File,
    private readonly target: UploadTarget,
    private readonly sender: Sender,
    private readonly onChange: () => void,
    private upload: Upload | null = null,
  ) {}

  get view(): TransferView {
    return {
      id: this.id,
      name: this.file.name,
      bytes: this.file.size,
      sent: this.sent,
      state: this.state,
      uploadId: this.upload?.id ?? null,
      fileId: this.fileId,
      bytesPerSecond: this.state === 'sending' ? this.speed.bytesPerSecond : null,
      error: this.error,
    };
  }

  /** Send what is missing. Ends without a throw: the state says how. */
  async run(): Promise<void> {
    this.abort = new AbortController();
    this.speed.forget();
    this.error = null;
    this.become('sending');
    const { signal } = this.abort;
    try {
      const isParted = this.upload !== null || this.file.size > WHOLE_BYTES;
      this.fileId = isParted ? await this.inParts(signal) : await this.whole(signal);
      this.become('done');
    } catch (error) {
      if (signal.aborted) return;
      this.abort.abort(); // the parts beside the one that failed
      this.error = error;
      this.become('failed');
    } finally {
      this.underWay.clear();
    }
  }

  pause(): void {
    this.become('paused');
    this.abort.abort();
  }

  async cancel(): Promise<void> {
    this.pause();
    if (this.upload) await this.sender.cancel(this.upload.id);
  }

  private become(state: TransferState): void {
    this.state = state;
    this.onChange();
  }

  private get sent(): number {
    if (this.state === 'done') return this.file.size;
    const parts = this.upload ? partsOf(this.file.size, this.upload.finery.part_bytes) : [];
    const held = parts.filter(({ number }) => this.held.has(number));
    const whole = held.reduce((sum, { start, end }) => sum + end - start, 0);
    const begun = [...this.underWay.values()].reduce((sum, bytes) => sum + bytes, 0);
    return Math.min(this.file.size, whole + begun);
  }

  private progressOf(number: number) {
    return (bytes: number) => {
      this.underWay.set(number, bytes);
      this.speed.note(this.sent);
      this.onChange();
    };
  }

  private async whole(signal: AbortSignal): Promise<string> {
    const options = { signal, onProgress: this.progressOf(1) };
    return (await this.sender.sendWhole(this.file, this.target, options)).id;
  }

  private async inParts(signal: AbortSignal): Promise<string> {
    const upload = await this.retried(signal, () => this.begun());
    this.held.clear();
    for (const [number, id] of heldParts(upload)) this.held.set(number, id);
    const parts = partsOf(this.file.size, upload.finery.part_bytes);
    const missing = parts.filter(({ number }) => !this.held.has(number));
    await Promise.all(Array.from({ length: PARALLEL }, () => this.sendAll(upload, missing, signal)));
    this.become('finishing');
    return this.retried(signal, () => this.finish(upload, parts));
  }

  /** The upload as the platform has it now: a part that was paused half way may have arrived. */
  private async begun(): Promise<Upload> {
    this.upload = this.upload
      ? await this.sender.get(this.upload.id)
      : await this.sender.create(this.file, this.target);
    return this.upload;
  }

  private async sendAll(upload: Upload, queue: Part[], signal: AbortSignal): Promise<void> {
    for (let part = queue.shift(); part; part = queue.shift()) {
      const { number, start, end } = part;
      const bytes = this.file.slice(start, end);
      const options = { signal, onProgress: this.progressOf(number) };
      const send = () =>
        this.sender.sendPart(upload, { number, bytes }, options).finally(() => this.underWay.delete(number));
      this.held.set(number, await this.retried(signal, send));
      this.onChange();
    }
  }

  /** Completing twice is refused, though the first time may have worked and its answer been lost. */
  private async finish(upload: Upload, parts: Part[]): Promise<string> {
    const ids = parts.map(({ number }) => this.held.get(number) ?? '');
    try {
      return (await this.sender.complete(upload.id, ids)).file?.id ?? '';
    } catch (error) {
      if (isWorthRetrying(error) || !(error instanceof ApiError)) throw error;
      const now = await this.sender.get(upload.id);
      if (now.status !== 'completed' || !now.file) throw error;
      return now.file.id;
    }
  }

  private async retried<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> {
    for (let failures = 1; ; failures++) {
      try {
        const answer = await call();
        if (this.state === 'retrying') this.become('sending');
        this.error = null;
        return answer;
      } catch (error) {
        if (signal.aborted || failures === TRIES || !isWorthRetrying(error)) throw error;
        this.speed.forget();
        this.error = error;
        this.become('retrying');
        await wait(pauseAfter(failures), signal);
      }
    }
  }
}

import { vi } from 'vitest';
import { ApiError, NETWORK_ERROR } from '@/lib/api/errors';
import type { Upload, UploadedPart } from '@/lib/api/upload-types';
import { Transfer, type Sender } from '@/lib/uploads/transfer';
import { heldParts, partsOf } from '@/lib/uploads/parts';
import { files } from '@/testing/fixtures';
import { Speed } from '@/lib/uploads/speed';

/** 25 bytes in parts of 10: three parts, the last of 5. */
const FILE = new File(['0123456789abcdefghijABCDE'], 'big.jsonl');
const TARGET = { purpose: 'fine-tune' };

/** jsdom's blobs have no `text()`. */
const textOf = (bytes: Blob) =>
  new Promise<string>((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.readAsText(bytes);
  });

const part = (number: number, bytes: number): UploadedPart => ({
  id: `part_${number}`,
  number,
  bytes,
  md5: '',
});

const upload = (parts: UploadedPart[] = [], changes: Partial<Upload> = {}): Upload => ({
  id: 'upload_1',
  object: 'upload',
  filename: FILE.name,
  purpose: 'fine-tune',
  bytes: FILE.size,
  status: 'pending',
  created_at: 0,
  expires_at: 0,
  file: null,
  finery: { parts, is_direct: false, part_bytes: 10, dataset_id: null },
  ...changes,
});

const done = upload([], { status: 'completed', file: { ...files[0], id: 'file-9' } as Upload['file'] });
const offline = () => new ApiError('No answer', { status: 0, code: NETWORK_ERROR });

/** A platform that keeps the parts that it gets. */
function platform(held: UploadedPart[] = []) {
  const sent: [number, string][] = [];
  const sender = {
    sendWhole: vi.fn<Sender['sendWhole']>(async () => ({ id: 'file-1' })),
    create: vi.fn<Sender['create']>(async () => upload()),
    get: vi.fn<Sender['get']>(async () => upload(held)),
    sendPart: vi.fn<Sender['sendPart']>(async (_, { number, bytes }) => {
      sent.push([number, await textOf(bytes)]);
      held.push(part(number, bytes.size));
      return `part_${number}`;
    }),
    complete: vi.fn<Sender['complete']>(async () => done),
    cancel: vi.fn<Sender['cancel']>(async () => undefined),
  };
  return { sender, sent, held };
}

const transfer = (sender: Sender, begun?: Upload) =>
  new Transfer(FILE, TARGET, sender, () => undefined, begun);

beforeEach(() => vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 200 }));
afterEach(() => vi.useRealTimers());

test('parts cover a file without gap or overlap', () => {
  expect(partsOf(25, 10)).toEqual([
    { number: 1, start: 0, end: 10 },
    { number: 2, start: 10, end: 20 },
    { number: 3, start: 20, end: 25 },
  ]);
});

test('a part that was cut short does not count as held', () => {
  const parts = [part(1, 10), part(2, 7), part(3, 5), { ...part(4, 10), number: null }];
  expect([...heldParts(upload(parts))]).toEqual([
    [1, 'part_1'],
    [3, 'part_3'],
  ]);
});

test('a small file goes whole', async () => {
  const { sender } = platform();
  const small = transfer(sender);
  await small.run();
  expect(small.view).toMatchObject({ state: 'done', sent: 25, fileId: 'file-1', uploadId: null });
  expect(sender.create).not.toHaveBeenCalled();
});

test('an interrupted upload goes on with its missing parts only, and completes with all in order', async () => {
  const { sender, sent } = platform([part(2, 10)]);
  const resumed = transfer(sender, upload([part(2, 10)]));
  await resumed.run();
  expect(sent.sort()).toEqual([
    [1, '0123456789'],
    [3, 'ABCDE'],
  ]);
  expect(sender.complete).toHaveBeenCalledWith('upload_1', ['part_1', 'part_2', 'part_3']);
  expect(resumed.view).toMatchObject({ state: 'done', fileId: 'file-9', sent: 25 });
});

test('a lost connection is said, waited for, and the part sent again', async () => {
  const { sender, sent } = platform();
  const states: string[] = [];
  sender.sendPart.mockRejectedValueOnce(offline());
  const lost: Transfer = new Transfer(FILE, TARGET, sender, () => states.push(lost.view.state), upload());
  await lost.run();
  expect(states).toContain('retrying');
  expect(lost.view).toMatchObject({ state: 'done', error: null });
  expect(sent.map(([number]) => number).sort()).toEqual([1, 2, 3]);
});

test('a refusal is not tried again', async () => {
  const { sender } = platform();
  const refused = new ApiError('Full', { status: 400, code: 'storage_limit_exceeded' });
  sender.sendPart.mockRejectedValue(refused);
  const stopped = transfer(sender, upload());
  await stopped.run();
  expect(stopped.view).toMatchObject({ state: 'failed', error: refused });
  expect(sender.complete).not.toHaveBeenCalled();
});

test('a paused upload asks what arrived before it goes on', async () => {
  const { sender, sent, held } = platform();
  sender.sendPart.mockImplementation(
    (_, { number, bytes }, { signal }) =>
      new Promise((_resolve, reject) => {
        if (number === 1) held.push(part(1, bytes.size)); // it arrived, and its answer did not
        signal.addEventListener('abort', () => reject(new DOMException('Stopped', 'AbortError')));
      }),
  );
  const paused = transfer(sender, upload());
  const run = paused.run();
  await vi.waitFor(() => expect(sender.sendPart).toHaveBeenCalledTimes(3));
  paused.pause();
  await run;
  expect(paused.view.state).toBe('paused');

  sender.sendPart.mockImplementation(async (_, { number, bytes }) => {
    sent.push([number, await textOf(bytes)]);
    return `part_${number}`;
  });
  await paused.run();
  expect(sent.map(([number]) => number).sort()).toEqual([2, 3]);
  expect(paused.view.state).toBe('done');
});

test('a completion whose answer was lost is found to have worked', async () => {
  const { sender } = platform([part(1, 10), part(2, 10), part(3, 5)]);
  sender.complete.mockRejectedValue(new ApiError('Closed', { status: 409, code: 'upload_closed' }));
  sender.get.mockResolvedValueOnce(upload([part(1, 10), part(2, 10), part(3, 5)])).mockResolvedValue(done);
  const finished = transfer(sender, upload());
  await finished.run();
  expect(finished.view).toMatchObject({ state: 'done', fileId: 'file-9' });
});

test('a cancelled upload ends on the platform, too', async () => {
  const { sender } = platform();
  const cancelled = transfer(sender, upload());
  await cancelled.cancel();
  expect(sender.cancel).toHaveBeenCalledWith('upload_1');
});

test('progress counts the held parts and those under way', async () => {
  const { sender } = platform();
  const seen: number[] = [];
  sender.get.mockResolvedValue(upload([part(1, 10), part(2, 10)]));
  sender.sendPart.mockImplementation(async (_, __, { onProgress }) => {
    onProgress(3);
    seen.push(counted.view.sent);
    return 'part_3';
  });
  const counted: Transfer = transfer(sender, upload());
  await counted.run();
  expect(seen).toEqual([23]);
});

test('speed goes by the last seconds, and starts anew after a pause', () => {
  const speed = new Speed();
  expect(speed.bytesPerSecond).toBeNull();
  speed.note(0, 0);
  speed.note(1_000, 10_000);
  speed.note(5_000, 12_000);
  expect(speed.bytesPerSecond).toBe(2_000);
  speed.forget();
  expect(speed.bytesPerSecond).toBeNull();
});

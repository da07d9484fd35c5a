const WINDOW_MS = 6_000;

/** How fast bytes leave, over the last few seconds. */
export class Speed {
  private readonly samples: { at: number; sent: number }[] = [];

  note(sent: number, at = Date.now()): void {
    this.samples.push({ at, sent });
    while (this.samples.length > 2 && at - (this.samples[0]?.at ?? at) > WINDOW_MS) this.samples.shift();
  }

  /** After a pause, what was before says nothing. */
  forget(): void {
    this.samples.length = 0;
  }

  /** Bytes per second; null until there is something to go by. */
  get bytesPerSecond(): number | null {
    const first = this.samples[0];
    const last = this.samples.at(-1);
    if (!first || !last || last.at === first.at || last.sent <= first.sent) return null;
    return ((last.sent - first.sent) * 1_000) / (last.at - first.at);
  }
}

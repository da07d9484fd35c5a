/** Times are Unix seconds, as on the wire. */

export const formatDateTime = (at: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(at * 1000);

export const formatDate = (at: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(at * 1000);

export const formatDay = (at: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', timeZone: 'UTC' }).format(at * 1000);

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** `now` comes from `useNow`, so that what is shown moves on. */
export function formatRelative(at: number, locale: string, now: number): string {
  const ago = at - now;
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  for (const [unit, seconds] of STEPS) {
    if (Math.abs(ago) >= seconds) return format.format(Math.round(ago / seconds), unit);
  }
  return format.format(Math.round(ago), 'second');
}

const unit = (value: number, name: string, locale: string) =>
  new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value);

export function formatDuration(seconds: number, locale: string): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return unit(whole, 'second', locale);
  if (whole < 3_600)
    return `${unit(Math.floor(whole / 60), 'minute', locale)} ${unit(whole % 60, 'second', locale)}`;
  return `${unit(Math.floor(whole / 3_600), 'hour', locale)} ${unit(Math.floor((whole % 3_600) / 60), 'minute', locale)}`;
}

export const formatClock = (at: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(at * 1000);

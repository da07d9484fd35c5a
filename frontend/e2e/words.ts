import en from '../src/lib/i18n/locales/en.json' with { type: 'json' };
import zh from '../src/lib/i18n/locales/zh-CN.json' with { type: 'json' };

export type Words = typeof en;

/** What the page says: the journey finds its way by the same words as a user. */
export const WORDS: Record<'en' | 'zh-CN', Words> = { en, 'zh-CN': zh as unknown as Words };

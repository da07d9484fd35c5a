import en from '@/lib/i18n/locales/en.json';
import zh from '@/lib/i18n/locales/zh-CN.json';

type Tree = { [key: string]: string | Tree };

const leaves = (tree: Tree, path = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[`${path}${key}`, value] as [string, string]]
      : leaves(value, `${path}${key}.`),
  );

/** English has two plural forms, Chinese one. */
const isOnePlural = (key: string) => key.endsWith('_one');
const holes = (text: string) => [...text.matchAll(/\{\{\w+\}\}/g)].map(String).sort();

const english = new Map(leaves(en).filter(([key]) => !isOnePlural(key)));
const chinese = new Map(leaves(zh));

test('both languages have the same keys', () => {
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
});

test('a text has the same holes in both languages', () => {
  for (const [key, text] of english) expect(holes(chinese.get(key) ?? ''), key).toEqual(holes(text));
});

test('no text is empty, and none was left in English', () => {
  const same = [...english].filter(([key, text]) => text === chinese.get(key)).map(([key]) => key);
  expect(same).toEqual([]);
  expect([...english, ...chinese].filter(([, text]) => !text.trim())).toEqual([]);
});

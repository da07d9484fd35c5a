import { stepsOf, stepsWithin } from '@/lib/row-path';

const ROW = { messages: [{ role: 'user', content: '你好' }], 'a label': 1 };

test.each([
  ['messages[0].content', ['messages', '0', 'content']],
  ['$.messages.0.content', ['messages', '0', 'content']],
  ["['a label']", ['a label']],
])('%s is walked step by step', (path, steps) => {
  expect(stepsOf(path)).toEqual(steps);
});

test('what is missing is marked at its nearest holder', () => {
  expect(stepsWithin(ROW, 'messages[0].weight')).toEqual(['messages', '0']);
  expect(stepsWithin(ROW, 'label')).toEqual([]);
});

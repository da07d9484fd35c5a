import { QueryClient } from '@tanstack/react-query';
import pages from '../../pages.json';
import { makeRouter } from '@/app/router';

test('the server knows every page, and no other', () => {
  const known = Object.keys(makeRouter(new QueryClient()).routesByPath).filter((path) => path !== '/$');

  expect(known.sort()).toEqual(pages);
});

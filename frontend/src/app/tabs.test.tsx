import { screen } from '@testing-library/react';
import { act } from 'react';
import { http, HttpResponse } from 'msw';
import { SIGNED_OUT } from '@/testing/answers';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

/** What a browser does when another tab of the same site writes to storage. */
const fromAnotherTab = (key: string, newValue: string) =>
  act(() => {
    localStorage.setItem(key, newValue);
    window.dispatchEvent(new StorageEvent('storage', { key, newValue }));
  });

const SESSION = '/_allauth/browser/v1/auth/session';
const signOut = () => server.use(http.get(SESSION, () => HttpResponse.json(SIGNED_OUT, { status: 401 })));

test('the language chosen in another tab is taken over', async () => {
  renderApp('/usage');
  await screen.findByRole('heading', { level: 1, name: 'Usage' });
  fromAnotherTab('finery.language', 'zh-CN');
  expect(await screen.findByRole('heading', { level: 1, name: '用量' })).toBeInTheDocument();
});

test('logging out in one tab takes the others to the login page', async () => {
  renderApp('/usage');
  await screen.findByRole('heading', { level: 1, name: 'Usage' });
  signOut();
  fromAnotherTab('finery.logged-out', '1');
  expect(await screen.findByRole('heading', { level: 1, name: 'Log in' })).toBeInTheDocument();
});

test('a log-out is announced to the other tabs', async () => {
  server.use(http.delete(SESSION, () => HttpResponse.json(SIGNED_OUT, { status: 401 })));
  const { user } = renderApp('/usage');
  await user.click(await screen.findByRole('button', { name: /^Account/ }));
  await user.click(await screen.findByRole('menuitem', { name: 'Log out' }));
  await screen.findByRole('heading', { level: 1, name: 'Log in' });
  expect(localStorage.getItem('finery.logged-out')).not.toBeNull();
});

test('a visitor finds nothing at an unknown address, and is not asked to log in for it', async () => {
  signOut();
  renderApp('/nope');
  expect(await screen.findByRole('heading', { level: 1, name: 'Page not found' })).toBeInTheDocument();
});

import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { answerTo } from '@/testing/answers';
import { preview } from '@/testing/data-fixtures';
import { quote, resultFiles, runningJob } from '@/testing/job-fixtures';

/** The control plane as tests see it; a test overrides what it is about with `server.use`. */
export const server = setupServer(
  http.post('/v1/fine_tuning/quotes', () => HttpResponse.json(quote)),
  http.post('/v1/fine_tuning/jobs', () => HttpResponse.json(runningJob)),
  http.post('/v1/files/:file/mapping', () => HttpResponse.json(preview)),
  http.post('/api/projects/:project/session_keys', () =>
    HttpResponse.json(
      { value: 'sk-session', expires_at: Math.floor(Date.now() / 1000) + 3600 },
      { status: 201 },
    ),
  ),
  http.get('/v1/files/:file/content', ({ params }) => {
    const text = resultFiles[String(params.file)];
    return text === undefined ? undefined : HttpResponse.text(text);
  }),
  http.get('*', ({ request }) => {
    const answer = answerTo(new URL(request.url).pathname);
    if (answer !== undefined) return HttpResponse.json(answer as object);
    return HttpResponse.json({ error: { message: 'No such thing', code: 'not_found' } }, { status: 404 });
  }),
);

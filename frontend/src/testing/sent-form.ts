/** The fields of a form that was sent, as text. Node's own `formData()` does not know jsdom's File in every release. */
export async function sentForm(request: Request): Promise<Map<string, string>> {
  const boundary = /boundary=(\S+)$/.exec(request.headers.get('content-type') ?? '')?.[1] ?? '';
  const parts = (await request.text()).split(`--${boundary}`).slice(1, -1);
  return new Map(
    parts.map((part) => {
      const [head = '', ...body] = part.split('\r\n\r\n');
      return [/name="([^"]*)"/.exec(head)?.[1] ?? '', body.join('\r\n\r\n').slice(0, -2)];
    }),
  );
}

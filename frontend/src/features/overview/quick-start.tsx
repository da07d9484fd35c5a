import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { CodeBlock } from '@/components/ui/code-block';
import { LinkAnchor } from '@/components/ui/links';
import { Panel } from '@/components/ui/panel';
import { useScope } from '@/lib/project';
import { basesQuery, isFinal, modelsQuery } from '@/lib/queries/models';

const python = (url: string, model: string) => `from openai import OpenAI

client = OpenAI(base_url="${url}", api_key="YOUR_API_KEY")

answer = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Hello!"}],
)
print(answer.choices[0].message.content)`;

const node = (url: string, model: string) => `import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${url}', apiKey: 'YOUR_API_KEY' });

const answer = await client.chat.completions.create({
  model: '${model}',
  messages: [{ role: 'user', content: 'Hello!' }],
});
console.log(answer.choices[0].message.content);`;

const curl = (url: string, model: string) => `curl ${url}/chat/completions \\
  -H "Authorization: Bearer YOUR_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "${model}", "messages": [{"role": "user", "content": "Hello!"}]}'`;

const SAMPLES = { Python: python, 'Node.js': node, curl };

/** The model to show: the newest own chat model, else the first base that chats. */
function useSampleModel(): string {
  const scope = useScope();
  const { data: bases } = useQuery(basesQuery(scope));
  const { data: models } = useQuery(modelsQuery(scope));
  const chatting = bases?.data.filter((base) => base.engine === 'vllm').map((base) => base.id) ?? [];
  const own = models?.data.find(
    ({ id }) => isFinal(id) && chatting.some((base) => id.startsWith(`ft:${base}:`)),
  );
  return own?.id ?? chatting[0] ?? 'finery-nano';
}

export function QuickStart() {
  const { t } = useTranslation();
  const model = useSampleModel();
  const url = `${window.location.origin}/v1`;
  return (
    <Panel
      title={t('overview.quickStart')}
      note={t('overview.quickStartNote')}
      actions={<LinkAnchor to="/keys">{t('overview.getKey')}</LinkAnchor>}
    >
      <Tabs defaultValue="Python">
        <Tabs.List mb="md">
          {Object.keys(SAMPLES).map((name) => (
            <Tabs.Tab key={name} value={name}>
              {name}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {Object.entries(SAMPLES).map(([name, write]) => (
          <Tabs.Panel key={name} value={name}>
            <CodeBlock code={write(url, model)} label={t('overview.codeLabel', { language: name })} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Panel>
  );
}

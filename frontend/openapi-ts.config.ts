import { defineConfig } from '@hey-api/openapi-ts';

export default defineConfig({
  input: 'openapi.json',
  output: { path: 'src/lib/api/generated', entryFile: false },
  plugins: ['@hey-api/typescript'],
});

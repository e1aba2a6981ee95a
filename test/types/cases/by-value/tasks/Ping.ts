import { Background } from '@kretes/background'

export async function Ping() {
  await Background.schedule({ task: Ping })
}

import { Background } from '@kretes/background'

export default async function ChargeCard({ cents }: { cents: number }) {
  const { id } = await Background.schedule({ task: 'Ping' })
  return { id, cents }
}

import type { Ending, Session } from './session.ts'

type Told = { kind: 'session'; session: Session } | { kind: 'over'; why: Ending }

/** The windows of one browser, in step: what one hears of the session, all know. */
export function openTabs(hear: { session(told: Session): void; over(why: Ending): void }) {
  const channel = new BroadcastChannel('mci-staff')
  channel.onmessage = ({ data }: MessageEvent<Told>) => {
    if (data.kind === 'session') hear.session(data.session)
    else hear.over(data.why)
  }
  return { tell: (told: Told) => channel.postMessage(told) }
}

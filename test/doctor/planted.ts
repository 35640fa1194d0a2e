import { expect } from 'vitest'
import type { Planted, Scene } from './scene.ts'

/** What is planted, what alone must fail, and what must stand in its advice. */
export interface Fault {
  name: string
  check: string
  subject: RegExp
  mend: RegExp
  plant(s: Scene): Planted | Promise<Planted>
}

/** The planted fault is found, with its exit code, what to do about it, and nothing beside it. */
export async function foundAlone(scene: Scene, { check, subject, mend, plant }: Fault): Promise<void> {
  const planted = await plant(scene)
  const { code, out, err, failing } = await scene.doctor(planted)
  await planted.undo?.()
  expect(err).toBe('')
  expect([...new Set(failing.map(one => one.check))], JSON.stringify(failing)).toEqual([check])
  expect(failing[0]?.subject).toMatch(subject)
  expect(failing[0]?.mend).toMatch(mend)
  expect(code).toBe(1)
  for (const secret of scene.secrets) expect(out).not.toContain(secret)
}

import type { PublicInstitution } from './institution.ts'

/** The address and the words of each profile that has screens. */
const SCREENS = {
  worker: { path: '/trabajador', title: 'start.worker' },
  student: { path: '/estudiante', title: 'start.student' },
} as const

export type ProfileScreen = (typeof SCREENS)[keyof typeof SCREENS] & PublicInstitution['profiles'][number]

/** The profiles that the institution turned on, in its order. */
export const profileScreens = (institution: PublicInstitution): ProfileScreen[] =>
  institution.profiles.flatMap(profile =>
    Object.hasOwn(SCREENS, profile.name)
      ? [{ ...profile, ...SCREENS[profile.name as keyof typeof SCREENS] }]
      : [],
  )

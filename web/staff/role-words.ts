import { isStaffSentence, type StaffSay } from '../words/staff-keys.ts'

/** What people call a role; one that is not known yet stands as it is. */
export function roleName(say: StaffSay, role: string): string {
  const key = `role.${role}`
  return isStaffSentence(key) ? say(key) : role
}

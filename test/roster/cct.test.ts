import { expect, test } from 'vitest'
import { cctCheckLetter, cctProblem } from '../../api/roster/cct.ts'

const right =
  `16DIT0012H 12DIT0001F 12DIT0002E 15DIT0001C 15PBH0079G 17DIT0009T 20DIT0002N 30DIT0002U 14EPR0145U
  10DPR0585W 06DPR0473F 21EBH0200X 11DPR1505Z 11DPR1506Z 06DPR9001Z 06EPR9010F 16DIT9002J 20ETV9123A 05DJN9077Z
  31EES9500M 09DTV9999N 32ADG9100P 01EJN9003K 26DST9888L 07DCC9456R 22FIZ9012T`.split(/\s+/)
const wrong = {
  '16DIT0001A': 'B',
  '05DIT0001A': 'W',
  '14EPR0001A': 'Y',
  '06DPR0123X': 'A',
  '09DPR1802X': 'L',
}

test.each(right)('IDN-05 the check letter of %s is right', cct => expect(cctProblem(cct)).toBeUndefined())

test.each(Object.entries(wrong))(
  'IDN-05 %s should end in %s, which is no reason to refuse it',
  (cct, letter) => {
    expect(cctProblem(cct)).toBe('letter')
    expect(cctCheckLetter(cct.slice(0, 9))).toBe(letter)
  },
)

test.each([
  '6DPR0001X',
  '33DPR0001A',
  '00DPR0001A',
  '06DPR0473',
  '06dpr0473f',
  '06DPR٠473F',
  '',
  '06DÑR0473F',
])('IDN-05 «%s» is no CCT', cct => expect(cctProblem(cct)).toBe('format'))

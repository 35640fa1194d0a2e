import type { Movement, readMovement } from '@mci/api/movements/contract'
import type { Reply } from '@mci/api/route'

/** A movement with its story, as its page is given it. */
export type Told = Reply<typeof readMovement>
/** One of a list. */
export type Row = Movement

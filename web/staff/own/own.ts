import type { Reply } from '@mci/api/route'
import type { listFactors } from '@mci/api/staff/own-contract'

/** What she signs in with, as the service told it. */
export type Own = Reply<typeof listFactors>

import postgres from 'postgres'

export interface Look {
  ask<T>(statement: string, values?: (string | number)[]): Promise<T[]>
  /** Everything of `work` is taken back, whatever it did. */
  without(work: (ask: Look['ask']) => Promise<void>): Promise<void>
  end(): Promise<void>
}

class TakenBack extends Error {}

/** One connection that reads a PostgreSQL as it is: nothing is migrated, no role is taken on. */
export function openLook(url: string): Look {
  const client = postgres(url, {
    max: 1,
    connect_timeout: 5,
    backoff: () => 0.1,
    onnotice: () => {},
    connection: { application_name: 'mci doctor', statement_timeout: 8000 } as Record<
      string,
      string | number
    >,
  })
  return {
    ask: async (statement, values = []) => [...(await client.unsafe(statement, values))] as never,
    without: async work => {
      try {
        await client.begin(async tx => {
          await work(async (statement, values = []) => [...(await tx.unsafe(statement, values))] as never)
          throw new TakenBack()
        })
      } catch (error) {
        if (!(error instanceof TakenBack)) throw error
      }
    },
    end: () => client.end({ timeout: 1 }),
  }
}

/** SQLSTATE, or the system's own code: messages may hold values. */
export const sqlCode = (error: unknown): string => (error as { code?: string }).code ?? 'no answer'

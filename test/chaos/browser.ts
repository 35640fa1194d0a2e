/** An answer over HTTP; `undefined` where the connection died first. */
export type Heard = { status: number; body: Record<string, unknown> } | undefined

/** A browser over the network, with its cookies; `from` is the address that the proxy reports. */
export interface Browser {
  ask(method: string, path: string, body?: object): Promise<Heard>
  /** The same browser where the service answers somewhere else now. */
  at(url: string): Browser
}

export function openBrowser(url: string, from: string, cookies = new Map<string, string>()): Browser {
  const keep = (header: string) => {
    const [name = '', value = ''] = header.split(';', 1)[0]?.split(/=(.*)/s) ?? []
    if (value === '') cookies.delete(name)
    else cookies.set(name, value)
  }
  return {
    at: elsewhere => openBrowser(elsewhere, from, cookies),
    async ask(method, path, body) {
      const headers = {
        origin: url,
        'x-forwarded-for': from,
        cookie: [...cookies].map(pair => pair.join('=')).join('; '),
        ...(body ? { 'content-type': 'application/json' } : {}),
      }
      try {
        const reply = await fetch(url + path, {
          method,
          headers,
          ...(body && { body: JSON.stringify(body) }),
        })
        for (const header of reply.headers.getSetCookie()) keep(header)
        const text = await reply.text()
        return { status: reply.status, body: text.startsWith('{') ? JSON.parse(text) : {} }
      } catch {
        return undefined
      }
    },
  }
}

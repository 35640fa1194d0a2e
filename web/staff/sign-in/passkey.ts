/** Passkeys by the browser's own words: options in, an answer out, both as JSON. */

type Options = Record<string, unknown>

export const knowsPasskeys = () =>
  typeof PublicKeyCredential === 'function' &&
  'parseRequestOptionsFromJSON' in PublicKeyCredential &&
  'parseCreationOptionsFromJSON' in PublicKeyCredential

/** The browser could not, was not let, or she closed its window. */
export class NoPasskey extends Error {}

const answered = (found: Credential | null): Options => {
  if (!(found instanceof PublicKeyCredential)) throw new NoPasskey()
  return { ...found.toJSON() }
}
const couldNot = (): never => {
  throw new NoPasskey()
}

/** She shows a passkey that is registered already. */
export const showPasskey = async (options: Options): Promise<Options> =>
  answered(
    await navigator.credentials
      .get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options as never) })
      .catch(couldNot),
  )

/** She registers one. */
export const makePasskey = async (options: Options): Promise<Options> =>
  answered(
    await navigator.credentials
      .create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options as never) })
      .catch(couldNot),
  )

/** Not a sentence, not one byte again and again, not 1, 2, 3. */
const looksRandom = (bytes: Buffer) =>
  new Set(bytes).size >= 12 &&
  !/^[\x20-\x7e]+$/.test(bytes.toString('latin1')) &&
  new Set(bytes.map((byte, at) => byte - (bytes[at - 1] ?? 0)).subarray(1)).size >= 12

/** What is wrong with the texts of `SECRET_KEY`; `others` are secrets that stand elsewhere. */
export function keysProblem(texts: readonly string[], others: readonly string[]): string | undefined {
  if (texts.length > 2) return 'takes two keys at most, the new one first'
  for (const text of texts) {
    const bytes = Buffer.from(text, 'base64')
    if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return 'is not base64'
    if (bytes.length < 32) return 'has fewer than 32 bytes'
    if (!looksRandom(bytes)) return 'is a sample or a sentence, not random bytes'
    if (others.includes(text)) return 'is used as another secret too'
  }
  if (texts.length === 2 && texts[0] === texts[1]) return 'holds the same key twice'
  return undefined
}

/** The password in a URL, as it was meant before it was escaped. */
export function passwordOf(url: string): string {
  const { password } = new URL(url)
  try {
    return decodeURIComponent(password)
  } catch {
    return password
  }
}

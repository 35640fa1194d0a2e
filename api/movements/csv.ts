/** RFC 4180: every cell quoted, lines end in CRLF; the mark at the beginning lets Excel read accents. */
const line = (cells: readonly string[]) =>
  `${cells.map(cell => `"${cell.replaceAll('"', '""')}"`).join(',')}\r\n`

export async function* csvOf(
  headers: readonly string[],
  pages: AsyncIterable<string[][]>,
): AsyncIterable<string> {
  yield `\ufeff${line(headers)}`
  for await (const page of pages) yield page.map(line).join('')
}

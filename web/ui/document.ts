/** What stands in the head of a page of either entry. */
interface Written {
  language: string
  title: string
  /** Lines of the head that are the entry's own. */
  head: string[]
  favicon: string
  style: string
  script: string
  preloads: string[]
  body: string
  /** What the page's program is told of the institution. */
  told: object
  /** More of the root element: ` data-kiosk`. */
  root?: string
}

/** The whole document; nothing in it runs but the entry's own file. */
export const writeDocument = (written: Written): string => `<!doctype html>
<html lang="${written.language}"${written.root ?? ''}>
<head>
<meta charset="utf-8">
<title>${plain(written.title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="format-detection" content="telephone=no">
<link rel="icon" href="${written.favicon}" type="image/svg+xml">
<style>${written.style}</style>
${written.head.join('\n')}
${written.preloads.map(script => `<link rel="modulepreload" fetchpriority="low" href="${script}">`).join('\n')}
<script type="module" fetchpriority="low" src="${written.script}"></script>
</head>
<body>
${written.body}
<script type="application/json" id="institution">${JSON.stringify(written.told).replaceAll('<', '\\u003c')}</script>
</body>
</html>
`

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const plain = (text: string) => text.replace(/[&<>"]/g, sign => ENTITIES[sign] ?? sign)

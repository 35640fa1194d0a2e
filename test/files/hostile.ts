import { pages, pdf, stream } from './forms.ts'

const zip = Buffer.concat([
  Buffer.from('PK\x03\x04\x14\0\0\0\0\0', 'latin1'),
  Buffer.alloc(40),
  Buffer.from('PK\x05\x06', 'latin1'),
  Buffer.alloc(18),
])
const page = '<!doctype html><script>alert(1)</script>'
const good = pages()
const latin = (text: string) => Buffer.from(text, 'latin1')

/** Not one of the three types, or not what its name says, or two things at once. */
export const foreign: [string, string, Buffer][] = [
  ['an SVG', 'firma.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
  ['an SVG named as a picture', 'firma.png', Buffer.from('<svg onload="alert(1)"/>')],
  ['a page', 'oficio.html', Buffer.from(page)],
  ['a page named as a document', 'oficio.pdf', Buffer.from(page)],
  ['XML', 'oficio.xml', Buffer.from('<?xml version="1.0"?><a/>')],
  ['a GIF that is a program too', 'foto.gif', latin('GIF89a/*\x01\0=1;*/;alert(1)')],
  ['a GIF named as a picture of ours', 'foto.jpg', latin('GIF89a\x01\0\x01\0\0\0\0')],
  ['a program', 'factura.exe', latin('MZ\x90\0\x03\0\0\0')],
  ['a program named as a document', 'factura.pdf', latin('MZ\x90\0\x03\0\0\0')],
  ['a document named as a program', 'oficio.php', good],
  ['a picture that ends as a program', 'foto.jpg.php', good],
  ['a second ending inside', 'oficio.php.pdf', good],
  ['a page inside the name', 'oficio.html.pdf', good],
  ['a document named as a picture', 'oficio.png', good],
  ['no ending at all', 'oficio', good],
  ['a direction mark in the name', 'oficio\u202efdp.exe.pdf', good],
  ['a control character in the name', 'oficio.php\u0001.pdf', good],
  ['HEIC', 'foto.heic', latin('\0\0\0\x18ftypheic\0\0\0\0mif1heic')],
  ['HEIC named as a picture', 'foto.jpg', latin('\0\0\0\x18ftypheic\0\0\0\0mif1heic')],
  ['TIFF', 'foto.tiff', latin('II*\0\x08\0\0\0')],
  ['an icon', 'foto.ico', latin('\0\0\x01\0\x01\0\x10\x10')],
  ['a film', 'foto.mp4', latin('\0\0\0\x18ftypmp42')],
  ['an archive', 'oficio.zip', zip],
  ['an archive named as a document', 'oficio.pdf', zip],
  ['a document with an archive behind', 'oficio.pdf', Buffer.concat([good, zip])],
  ['a document with a page behind', 'oficio.pdf', Buffer.concat([good, Buffer.from(page)])],
  [
    'a document with a page inside',
    'oficio.pdf',
    pdf([
      `<< /Type /Catalog /Pages 2 0 R /A (x) >>\n${page}`,
      '<< /Type /Pages /Count 1 /Kids [3 0 R] >>',
      '<< /Type /Page /Parent 2 0 R >>',
    ]),
  ],
  ['a page before a document', 'oficio.pdf', Buffer.concat([Buffer.from(`${page}\n`), good])],
  ['text', 'nota.txt', Buffer.from('hola')],
  ['text named as a document', 'nota.pdf', Buffer.from('hola')],
]

const script = '<< /S /JavaScript /JS (app.alert(1)) >>'

/** Documents that do something, or carry something. */
export const active: [string, Buffer][] = [
  ['a program at opening', pages(`/OpenAction ${script}`)],
  ['a program at opening, elsewhere', pages('/OpenAction 4 0 R', '', 1, [script])],
  ['a program behind another spelling', pages('/OpenAction << /S /J#61vaScript /#4aS (x) >>')],
  ['a program by name', pages('/Names << /JavaScript << /Names [(a) 4 0 R] >> >>', '', 1, [script])],
  ['an action of a page', pages('', '/AA << /O << /S /URI /URI (https://ajena.mx) >> >>')],
  ['a program to start', pages('', '/Annots [<< /Subtype /Link /A << /S /Launch /F (cmd.exe) >> >>]')],
  [
    'another file inside',
    pages('/Names << /EmbeddedFiles << /Names [(a) 4 0 R] >> >>', '', 1, ['<< /Type /Filespec >>']),
  ],
  ['another file as a stream', pages('', '', 1, [stream('/Type /EmbeddedFile', 'MZ')])],
  ['a form of another kind', pages('/AcroForm << /XFA 4 0 R >>', '', 1, [stream('', '<xdp/>')])],
  [
    'a form that is sent somewhere',
    pages('', '/Annots [<< /A << /S /SubmitForm /F (https://ajena.mx) >> >>]'),
  ],
  ['a program packed away', pages('', '', 1, [stream('/Type /ObjStm /N 1 /First 4', `9 0 ${script}`)])],
  [
    'a program where no table looks',
    pages('', '', 1, [`<< /Length 60 >>\nstream\n9 0 obj ${script} endobj\nendstream`]),
  ],
  ['a film', pages('', '/Annots [<< /Subtype /RichMedia >>]')],
]

/** Of the right type, and broken. */
export const damaged: [string, string, Buffer][] = [
  ['half a document', 'oficio.pdf', good.subarray(0, good.length / 2)],
  ['a document without pages', 'oficio.pdf', pdf(['<< /Type /Catalog >>'])],
  [
    'a document whose end points nowhere',
    'oficio.pdf',
    latin(good.toString('latin1').replace(/startxref\n\d+/, 'startxref\n9')),
  ],
  [
    'parts packed in a way nobody can look into',
    'oficio.pdf',
    pages('', '', 1, [
      '<< /Type /ObjStm /N 1 /First 4 /Filter [/ASCIIHexDecode /FlateDecode] /Length 2 >>\nstream\n00\nendstream',
    ]),
  ],
  [
    'a bomb',
    'oficio.pdf',
    pages('', '', 1, [stream('/Type /ObjStm /N 1 /First 4', Buffer.alloc(64 * 1024 * 1024))]),
  ],
  ['the beginning of a JPG', 'foto.jpg', latin('\xff\xd8\xff\xe0\0\x10JFIF\0')],
  ['a JPG without a picture', 'foto.jpg', latin('\xff\xd8\xff\xd9')],
  ['the beginning of a PNG', 'foto.png', latin('\x89PNG\r\n\x1a\n')],
]

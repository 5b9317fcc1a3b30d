/** Files of records: uploaded, downloaded, deleted, looked at by a scanner that finds nothing. */
import type { Hono } from 'hono'
import { columnOf } from './columns.ts'
import type { SkyflowEnvironment, SkyflowState } from './environment.ts'
import { invalidRequest, SkyflowError } from './errors.ts'
import { readMultipart } from './request-body.ts'
import type { StoredFile } from './store.ts'
import type { Vault } from './vault.ts'

const UPLOAD = '/v2/vaults/:vaultId/files/upload'
const FILES = '/v1/vaults/:vaultId/:table/:id/files'
const FILE = `${FILES}/:column`
/** Where `downloadURL` leads: like the real ones it needs no bearer. */
export const DOWNLOAD_PATH = '/_files'

export function addDownloadRoute(app: Hono<SkyflowEnvironment>, state: SkyflowState): void {
  app.get(`${DOWNLOAD_PATH}/:fileId`, (context) => {
    const file = state.store().files.get(context.req.param('fileId'))
    if (!file) throw new SkyflowError(404, 'File was not found')
    return context.body(file.bytes, 200, { 'content-type': file.contentType })
  })
}

export function addFileRoutes(app: Hono<SkyflowEnvironment>, { schema }: SkyflowState): void {
  function fileColumn(table: string, name: string): string {
    const columns = schema.get(table)
    if (!columns) throw invalidRequest(`Object Name ${table} was not found`)
    if (columnOf(columns, name).type === 'FILE') return name
    throw invalidRequest(`Column ${name} takes no file.`)
  }

  app.post(UPLOAD, async (context) => {
    const form = await readMultipart(context.req)
    const table = textIn(form, 'tableName')
    const column = fileColumn(table, textIn(form, 'columnName'))
    const file = await fileIn(form, 'file')
    const skyflowID = attach(context.get('vault'), file, {
      table,
      column,
      id: optionalIn(form, 'skyflowID'),
    })
    const isAsked = optionalIn(form, 'returnFileMetadata') === 'true'
    return context.json({ skyflowID, fileMetadata: isAsked ? metadataOf(file) : null })
  })

  app.post(FILES, async (context) => {
    const { table, id } = context.req.param()
    const form = await readMultipart(context.req)
    const [name = ''] = [...form.keys()]
    const file = await fileIn(form, name)
    const column = fileColumn(table, name)
    attach(context.get('vault'), file, { table, column, id })
    return context.json({ skyflow_id: id, tokens: null })
  })

  app.get(`${FILE}/scan-status`, (context) => {
    const { table, id, column } = context.req.param()
    const row = context.get('vault').row(table, id)
    if (!row.fields[fileColumn(table, column)]) throw new SkyflowError(404, 'File was not found')
    return context.json({ av_scan_status: 'SCAN_CLEAN' })
  })

  app.delete(FILE, (context) => {
    const { table, id, column } = context.req.param()
    context.get('vault').attach(table, { column: fileColumn(table, column), id, file: undefined })
    return context.json({ skyflow_id: id, deleted: true })
  })
}

/** Without an id the file makes a record of its own. */
function attach(
  vault: Vault,
  file: StoredFile,
  place: { table: string; column: string; id: string | undefined },
): string {
  return vault.attach(place.table, { ...place, file }).id
}

function metadataOf({ name, contentType, bytes }: StoredFile) {
  return { fileName: name, fileSize: bytes.byteLength, contentType }
}

async function fileIn(form: FormData, field: string): Promise<StoredFile> {
  const value = form.get(field)
  if (!(value instanceof File)) throw invalidRequest(`${field || 'The form'}: holds no file.`)
  const contentType = value.type || 'application/octet-stream'
  return {
    id: crypto.randomUUID(),
    name: value.name,
    contentType,
    bytes: new Uint8Array(await value.arrayBuffer()),
  }
}

function textIn(form: FormData, field: string): string {
  const value = optionalIn(form, field)
  if (value !== undefined) return value
  throw invalidRequest(`${field}: is missing.`)
}

function optionalIn(form: FormData, field: string): string | undefined {
  const value = form.get(field)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Puts files into records, takes them out, asks what the scan has found. */
import { isFields } from '../answer.ts'
import type { FilePlace, FileUpload, UploadedFile, UploadOptions } from '../bulk-types.ts'
import { SkyflowError } from '../skyflow-error.ts'
import type { CallOptions } from '../types.ts'
import { pathPart, type Run } from '../vault-context.ts'

export async function uploadFile(
  run: Run,
  { table, column, file, id, name }: FileUpload & { table: string },
  options: UploadOptions = {},
): Promise<UploadedFile> {
  pathPart(table, 'The table')
  pathPart(column, 'The column')
  if (id !== undefined) pathPart(id, 'The id')
  if (!(file instanceof Blob)) throw new SkyflowError('invalid_argument', 'The file must be a Blob')
  const fileName = name ?? (file instanceof File && file.name ? file.name : 'file')
  const form = new FormData()
  form.set('tableName', table)
  form.set('columnName', column)
  if (id !== undefined) form.set('skyflowID', id)
  if (options.metadata) form.set('returnFileMetadata', 'true')
  form.set('file', file, fileName)
  return run(
    {
      method: 'POST',
      version: 'v2',
      path: '/files/upload',
      body: form,
      isWrite: true,
      sent: [fileName],
      parse: readUpload,
    },
    options,
  )
}

export async function deleteFile(
  run: Run,
  place: FilePlace & { table: string },
  options?: CallOptions,
): Promise<void> {
  await run(
    {
      method: 'DELETE',
      path: pathOf(place),
      isWrite: true,
      parse: (content) => (isFields(content) && content.deleted === true ? true : undefined),
    },
    options,
  )
}

export async function scanStatus(
  run: Run,
  place: FilePlace & { table: string },
  options?: CallOptions,
): Promise<string> {
  return run(
    {
      method: 'GET',
      path: `${pathOf(place)}/scan-status`,
      isWrite: false,
      parse: (content) =>
        isFields(content) && typeof content.av_scan_status === 'string'
          ? content.av_scan_status
          : undefined,
    },
    options,
  )
}

function pathOf({ table, id, column }: FilePlace & { table: string }): string {
  const record = pathPart(table, 'The table') + pathPart(id, 'The id')
  return `${record}/files${pathPart(column, 'The column')}`
}

function readUpload(content: unknown): UploadedFile | undefined {
  if (!isFields(content) || typeof content.skyflowID !== 'string') return undefined
  const { skyflowID: id, fileMetadata: metadata } = content
  return { id, ...(isFields(metadata) && { metadata }) }
}

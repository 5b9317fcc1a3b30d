/** The public shapes of batches, queries, files. */
import type { StandardSchema } from './standard-schema.ts'
import type {
  AnyFields,
  CallOptions,
  Redaction,
  StoredRecord,
  TableName,
  WrittenAs,
  WrittenRecord,
} from './types.ts'

/** One operation of a batch: what it does names the table. */
export type BatchOperation<T extends object, W extends WrittenAs<T> = T> = {
  [K in TableName<T>]:
    | {
        readonly insert: K
        readonly fields: W[K]
        /** Answer with a token for each value. @default true */
        readonly tokens?: boolean
        /** A unique column: a record that has its value already is updated. */
        readonly upsert?: keyof T[K] & string
      }
    | {
        readonly update: K
        readonly id: string
        readonly fields: Partial<T[K]>
        /** Answer with a token for each value. @default true */
        readonly tokens?: boolean
      }
    | {
        readonly get: K
        readonly id: string
        /** @default what the policies say (`DEFAULT`) */
        readonly redaction?: Redaction
        /** Give tokens in place of values. */
        readonly tokens?: boolean
      }
    | { readonly delete: K; readonly id: string }
}[TableName<T>]

type FieldsOf<T, K> = K extends keyof T ? T[K] & object : AnyFields

/** What one operation gives: a written or a stored record, or the id of the one deleted. */
export type BatchResult<T extends object, O> = O extends { readonly insert: infer K }
  ? WrittenRecord<FieldsOf<T, K>>
  : O extends { readonly update: infer K }
    ? WrittenRecord<FieldsOf<T, K>>
    : O extends { readonly get: infer K }
      ? StoredRecord<FieldsOf<T, K>>
      : string

export interface QueryOptions<F extends object = AnyFields> extends CallOptions {
  /** Checks each row; a row that does not fit is a `malformed_answer`. */
  schema?: StandardSchema<unknown, F>
}

export interface QueriedRow<F extends object = AnyFields> {
  /** As the SELECT names them. */
  readonly fields: F
  /** By column, where the vault gives any. */
  readonly tokens?: Readonly<Record<string, string>>
}

export interface FilePlace {
  /** `skyflow_id` of the record. */
  id: string
  /** A column that takes files. */
  column: string
}

export interface FileUpload {
  column: string
  file: Blob
  /** `skyflow_id` of the record that gets it. @default a new record */
  id?: string
  /** @default the file's own name, `file` where it has none */
  name?: string
}

export interface UploadOptions extends CallOptions {
  /** Answer with what the vault noted of the file. */
  metadata?: boolean
}

export interface UploadedFile {
  /** `skyflow_id` of the record. */
  readonly id: string
  /** As Skyflow gives it. */
  readonly metadata?: AnyFields
}

/** The rights that an access key may have on a bucket. */

export const PERMISSIONS = [
  'read_key',
  'read_write_key',
  'list_all_keys',
  'delete_key',
  'bucket_info',
] as const

export type Permission = (typeof PERMISSIONS)[number]

/** Stands for everybody, those without any credential included. */
export const PUBLIC = '*'

export function isPermission(text: string): text is Permission {
  return PERMISSIONS.some((permission) => permission === text)
}

/** Who may write may read. */
export function covers(granted: ReadonlySet<Permission>, wanted: Permission): boolean {
  return granted.has(wanted) || (wanted === 'read_key' && granted.has('read_write_key'))
}

/** Decides what roles allow: nothing unless a permission adds it, never what one removes. */

export interface Permission {
  /** A resource; it covers all below it. */
  target: string
  /** For example `list-keys`; `all` stands for every one. */
  action: string
  operation: 'ADD' | 'REMOVE'
}

export interface Role {
  /** `{organization}.{roleId}` */
  id: string
  name: string
  permissions: readonly Permission[]
}

export function isAllowed(
  roles: readonly Role[],
  { action, target }: { action: string; target: string },
): boolean {
  const concerned = roles
    .flatMap(({ permissions }) => permissions)
    .filter((one) => one.action === action || one.action === 'all')
    .filter((one) => target === one.target || target.startsWith(`${one.target}.`))
  return (
    concerned.some(({ operation }) => operation === 'ADD') &&
    concerned.every(({ operation }) => operation === 'ADD')
  )
}
